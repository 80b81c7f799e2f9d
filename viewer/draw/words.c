/* The words in boxes. */
#include "display-private.h"
#include "names.h"
#include <string.h>

enum { NAME_CHARS = 32 }; /* in a box; the label of the lane has the whole name */

static char *shorten(char *label) {
  char *shorter = hd_display_name(label, NAME_CHARS);
  g_free(label);
  return shorter;
}

static char *actor_label(const HdSource *source, guint32 actor) {
  return shorten(hd_actor_label(source->model, hd_lod_ordinals(source->lod), actor));
}

static char *object_label(const HdSource *source, guint32 object) { return shorten(hd_object_label(source->model, object)); }

/* Holders of a wait in their order, each once: at most a few matter. */
typedef struct {
  guint32 actors[3];
  guint count;       /* distinct holders; more than 3 are only counted */
  guint32 longest;   /* hold that covers most of the wait */
} Holders;

static Holders find_holders(const HdModel *model, guint32 wait) {
  Holders holders = {.longest = HD_NONE};
  g_autoptr(GArray) segments = hd_wait_segments(model, wait);
  gint64 longest_ns = -1;
  for (guint i = 0; segments && i < segments->len; i++) {
    const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, i);
    if (segment->hold == HD_NONE) continue;
    guint32 actor = model->holds[segment->hold].actor;
    gboolean known = FALSE;
    for (guint j = 0; j < MIN(holders.count, G_N_ELEMENTS(holders.actors)); j++) known |= holders.actors[j] == actor;
    if (!known && holders.count++ < G_N_ELEMENTS(holders.actors)) holders.actors[holders.count - 1] = actor;
    if (segment->end_ns - segment->begin_ns > longest_ns) {
      longest_ns = segment->end_ns - segment->begin_ns;
      holders.longest = segment->hold;
    }
  }
  return holders;
}

static char *object_words(const HdSource *source, const HdWait *entry, guint32 wait) {
  const HdModel *model = source->model;
  g_autofree char *object = entry->object == HD_NONE ? g_strdup(hd_state_styles[entry->state].label + strlen("waits ")) : object_label(source, entry->object);
  if (hd_state_styles[entry->state].shape != HD_SHAPE_TALL || entry->object == HD_NONE)
    return entry->object == HD_NONE ? g_strdup_printf("waits %s|", object) : g_strdup_printf("waits for %s|%s", object, object);
  Holders holders = find_holders(model, wait);
  if (holders.count == 0) {
    if (entry->owner == HD_NONE || entry->owner >= model->actor_count) return g_strdup_printf("waits for %s|%s", object, object);
    g_autofree char *owner = actor_label(source, entry->owner);
    return g_strdup_printf("waits for %s · %s|%s · %s|%s", object, owner, object, owner, owner);
  }
  g_autofree char *first = actor_label(source, holders.actors[0]);
  if (holders.count == 1) {
    g_autofree char *site = hd_site_label(model, model->holds[holders.longest].acquire_site);
    if (!site) return g_strdup_printf("waits for %s · held by %s|%s · %s|%s", object, first, object, first, first);
    return g_strdup_printf("waits for %s · held by %s in %s|%s · %s in %s|%s · %s|%s", object, first, site, object, first, site, object, first, first);
  }
  g_autofree char *second = holders.count == 2 ? actor_label(source, holders.actors[1]) : g_strdup_printf("%u others", holders.count - 1);
  g_autofree char *culprit = actor_label(source, model->holds[holders.longest].actor);
  return g_strdup_printf("waits for %s · %s, then %s|%s · %s, then %s|%s · %s|%s", object, first, second, object, first, second, object, culprit, culprit);
}

char *hd_wait_words(const HdSource *source, guint32 wait) {
  const HdWait *entry = &source->model->waits[wait];
  switch ((enum hd_state)entry->state) {
  case HD_STATE_WAIT_JOIN:
  case HD_STATE_WAIT_PROCESS: {
    if (entry->target == HD_NONE) return g_strdup(entry->state == HD_STATE_WAIT_JOIN ? "joins a thread|" : "waits for a process|");
    g_autofree char *target = actor_label(source, entry->target);
    return g_strdup_printf("%s %s|%s", entry->state == HD_STATE_WAIT_JOIN ? "joins" : "waits for", target, target);
  }
  case HD_STATE_WAIT_BARRIER: {
    if (entry->object == HD_NONE || entry->waker == HD_NONE) return object_words(source, entry, wait);
    g_autofree char *object = object_label(source, entry->object), *last = actor_label(source, entry->waker);
    return g_strdup_printf("waits at %s · %s comes last|%s · %s|%s", object, last, object, last, last);
  }
  case HD_STATE_WAIT_FUTEX: return g_strdup("futex · holder not observable|futex");
  default: return object_words(source, entry, wait);
  }
}

char *hd_hold_words(const HdSource *source, guint32 hold) {
  const HdHold *entry = &source->model->holds[hold];
  g_autofree char *holder = actor_label(source, entry->actor);
  g_autofree char *site = hd_site_label(source->model, entry->acquire_site);
  if (!site) return g_strdup_printf("held by %s|%s", holder, holder);
  return g_strdup_printf("held by %s · %s|held by %s|%s", holder, site, holder, holder);
}
