/* Links in panels: text that leads to an actor, an object, a wait, a hold, a job, an item or a site. Markup is built with hd_link_append;
 * the label goes there. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  HD_LINK_TO_ACTOR,
  HD_LINK_TO_OBJECT,
  HD_LINK_TO_WAIT,
  HD_LINK_TO_HOLD,
  HD_LINK_TO_SITE,
  HD_LINK_TO_TIME,
  HD_LINK_TO_JOB,
  HD_LINK_TO_ITEM
} HdLinkTarget;

/* Appends markup: text, escaped, as a link to the target's index (a time: ns). A target of HD_NONE is plain text. */
void hd_link_append(GString *markup, HdLinkTarget target, gint64 index, const char *text);
void hd_markup_append(GString *markup, const char *text);
/* The actor as its lane is called: threads that share a name have a number, those of different processes their process. The caller frees
 * it. */
char *hd_actor_text(const HdModel *model, guint32 actor);
/* The same for names of the model, made safe to show. */
void hd_link_append_actor(GString *markup, const HdModel *model, guint32 actor);
void hd_link_append_object(GString *markup, const HdModel *model, guint32 object);
void hd_link_append_site(GString *markup, const HdModel *model, guint32 site);

/* A wrapping, selectable label whose links are followed. A site's link shows the code there (view-state.h). */
GtkWidget *hd_link_label_new(HdViewState *state);
/* Goes to what a link leads to; FALSE for an address that is none of ours. */
gboolean hd_link_follow(HdViewState *state, const char *address);

G_END_DECLS
