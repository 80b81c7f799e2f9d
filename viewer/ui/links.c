#include "links.h"
#include "names.h"
#include <string.h>

static const char *const schemes[] = {"actor", "object", "wait", "hold", "site", "time", "job", "item"};

void hd_markup_append(GString *markup, const char *text) {
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  g_string_append(markup, escaped);
}

void hd_link_append(GString *markup, HdLinkTarget target, gint64 index, const char *text) {
  gboolean linked = target == HD_LINK_TO_TIME || index != HD_NONE;
  if (linked) g_string_append_printf(markup, "<a href=\"%s:%" G_GINT64_FORMAT "\">", schemes[target], index);
  hd_markup_append(markup, text);
  if (linked) g_string_append(markup, "</a>");
}

char *hd_actor_text(const HdModel *model, guint32 actor) {
  if (actor >= model->actor_count) return g_strdup("somebody not seen");
  return hd_actor_label_beside(model, actor, HD_NONE);
}

void hd_link_append_actor(GString *markup, const HdModel *model, guint32 actor) {
  g_autofree char *name = hd_actor_text(model, actor);
  hd_link_append(markup, HD_LINK_TO_ACTOR, actor < model->actor_count ? actor : HD_NONE, name);
}

void hd_link_append_object(GString *markup, const HdModel *model, guint32 object) {
  if (object >= model->object_count) return hd_markup_append(markup, "an object not known");
  g_autofree char *name = hd_display_name(model->objects[object].name, 64);
  hd_link_append(markup, HD_LINK_TO_OBJECT, object, name);
}

void hd_link_append_site(GString *markup, const HdModel *model, guint32 site) {
  if (site >= model->site_count) return hd_markup_append(markup, "a place not known");
  g_autofree char *raw = hd_model_site_text(model, site);
  g_autofree char *text = hd_display_name(raw, 120);
  hd_link_append(markup, HD_LINK_TO_SITE, site, text);
}

gboolean hd_link_follow(HdViewState *state, const char *address) {
  const HdModel *model = hd_view_state_model(state);
  const char *colon = strchr(address, ':');
  gint64 index;
  if (!colon || !g_ascii_string_to_signed(colon + 1, 10, 0, G_MAXINT64, &index, NULL)) return FALSE;
  if (g_str_has_prefix(address, "actor:")) {
    guint32 interval = index < model->actor_count ? hd_model_interval_at(model, index, hd_view_state_cursor_ns(state)) : HD_NONE;
    if (interval != HD_NONE) hd_view_state_select_interval(state, index, interval);
    hd_view_state_reveal(state, index, HD_NONE);
  } else if (g_str_has_prefix(address, "object:")) {
    hd_view_state_select_object(state, index);
    hd_view_state_reveal(state, HD_NONE, index);
  } else if (g_str_has_prefix(address, "wait:")) {
    hd_view_state_select_wait(state, index);
    hd_view_state_reveal_selection(state);
  } else if (g_str_has_prefix(address, "hold:")) {
    hd_view_state_select_hold(state, index);
    hd_view_state_reveal_selection(state);
  } else if (g_str_has_prefix(address, "job:")) {
    hd_view_state_select_job(state, index);
    hd_view_state_reveal_selection(state);
  } else if (g_str_has_prefix(address, "item:")) {
    hd_view_state_select_item(state, index, HD_NONE);
    hd_view_state_reveal_selection(state);
  } else if (g_str_has_prefix(address, "time:")) {
    hd_view_state_centre(state, index, HD_STEP_JUMP);
  } else if (g_str_has_prefix(address, "site:") && index < model->site_count) {
    hd_view_state_show_site(state, index);
  } else {
    return FALSE;
  }
  return TRUE;
}

static gboolean link_activated(GtkLabel *label, const char *address, gpointer state) { return hd_link_follow(state, address); }

GtkWidget *hd_link_label_new(HdViewState *state) {
  GtkWidget *label = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(label), TRUE);
  g_signal_connect_object(label, "activate-link", G_CALLBACK(link_activated), state, 0);
  return label;
}
