/* The words in boxes. */
#include "display-private.h"
#include "names.h"
#include "task-words.h"
#include <string.h>

enum {
  NAME_CHARS = 32,       /* in a box; the label of the lane has the whole name */
  HOLDS_LOOKED_AT = 2000 /* of one wait */
};

static char *shorten(char *label) {
  char *shorter = hd_display_name(label, NAME_CHARS);
  g_free(label);
  return shorter;
}

/* As it is called beside another actor. */
static char *actor_label(const HdSource *source, guint32 actor, guint32 beside) {
  return shorten(hd_actor_label_beside(source->model, actor, beside));
}

/* A made-up name without where it comes from: "mutex #3", not "mutex #3, first locked in f"; "future #3 of f". */
static char *object_label(const HdSource *source, guint32 object) {
  char *label = hd_object_label(source->model, object), *comma = strchr(label, ','), *place = strstr(label, " (");
  gboolean made_up = !source->model->objects[object].named;
  if (comma && made_up) *comma = 0;
  if (place && made_up) *place = 0;
  return shorten(label);
}

/* Who held the object during a wait. */
typedef struct {
  guint32 first, second; /* the first two actors */
  guint count;           /* distinct actors */
  guint32 longest;       /* hold that covers most of the wait */
  guint32 unseen_count;  /* holds that were not looked at */
} Holders;

/* Of the first holds only: a starving thread is overtaken a hundred thousand times in one wait. */
static Holders find_holders(const HdSource *source, const HdWait *wait) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[wait->object];
  Holders holders = {.first = HD_NONE, .second = HD_NONE, .longest = HD_NONE};
  g_autofree guint8 *seen = g_new0(guint8, model->actor_count);
  gint64 longest_ns = 0;
  guint32 begin = hd_lod_hold_after(source->lod, wait->object, wait->begin_ns);
  if (begin == HD_NONE) return holders;
  guint32 end = MIN(object->hold_first + object->hold_count, begin + HOLDS_LOOKED_AT);
  guint32 after = hd_lod_hold_after(source->lod, wait->object, wait->end_ns);
  if (after == HD_NONE) after = object->hold_first + object->hold_count;
  if (after > end) holders.unseen_count = after - end;
  for (guint32 i = begin; i < end && model->holds[i].begin_ns < wait->end_ns; i++) {
    const HdHold *hold = &model->holds[i];
    gint64 overlap_ns = MIN(hold->end_ns, wait->end_ns) - MAX(hold->begin_ns, wait->begin_ns);
    if (hold->depth > 1 || overlap_ns <= 0 || hold->actor == wait->actor) continue;
    if (overlap_ns > longest_ns) {
      longest_ns = overlap_ns;
      holders.longest = i;
    }
    if (hold->actor >= model->actor_count || seen[hold->actor]) continue;
    seen[hold->actor] = 1;
    if (holders.count == 0) holders.first = hold->actor;
    if (holders.count == 1) holders.second = hold->actor;
    holders.count++;
  }
  if (holders.longest != HD_NONE && longest_ns * 10 >= (wait->end_ns - wait->begin_ns) * 9) { /* the others do not matter */
    holders.first = model->holds[holders.longest].actor;
    holders.count = 1;
  }
  return holders;
}

static char *object_words(const HdSource *source, const HdWait *entry) {
  const HdModel *model = source->model;
  g_autofree char *object =
      entry->object == HD_NONE ? g_strdup(hd_state_styles[entry->state].label + strlen("waits ")) : object_label(source, entry->object);
  if (hd_state_styles[entry->state].shape != HD_SHAPE_TALL || entry->object == HD_NONE)
    return entry->object == HD_NONE ? g_strdup_printf("waits %s|", object) : g_strdup_printf("waits for %s|%s", object, object);
  Holders holders = find_holders(source, entry);
  if (holders.count == 0) {
    if (entry->owner == HD_NONE || entry->owner >= model->actor_count) return g_strdup_printf("waits for %s|%s", object, object);
    g_autofree char *owner = actor_label(source, entry->owner, entry->actor);
    return g_strdup_printf("waits for %s · %s|%s · %s|%s", object, owner, object, owner, owner);
  }
  g_autofree char *first = actor_label(source, holders.first, entry->actor);
  if (holders.unseen_count)
    return g_strdup_printf("waits for %s · %s first, %u more holds|%s · %s first|%s", object, first,
                           holders.unseen_count + HOLDS_LOOKED_AT - 1, object, first, first);
  if (holders.count == 1) {
    g_autofree char *site = hd_site_label(model, model->holds[holders.longest].acquire_site);
    if (!site) return g_strdup_printf("waits for %s · held by %s|%s · %s|%s", object, first, object, first, first);
    return g_strdup_printf("waits for %s · held by %s in %s|%s · %s in %s|%s · %s|%s", object, first, site, object, first, site, object,
                           first, first);
  }
  g_autofree char *second =
      holders.count == 2 ? actor_label(source, holders.second, entry->actor) : g_strdup_printf("%u others", holders.count - 1);
  g_autofree char *culprit = actor_label(source, model->holds[holders.longest].actor, entry->actor);
  return g_strdup_printf("waits for %s · %s, then %s|%s · %s, then %s|%s · %s|%s", object, first, second, object, first, second, object,
                         culprit, culprit);
}

char *hd_wait_words(const HdSource *source, guint32 wait) {
  const HdWait *entry = &source->model->waits[wait];
  switch ((enum hd_state)entry->state) {
  case HD_STATE_WAIT_JOIN:
  case HD_STATE_WAIT_PROCESS: {
    if (entry->target == HD_NONE) return g_strdup(entry->state == HD_STATE_WAIT_JOIN ? "joins a thread|" : "waits for a process|");
    g_autofree char *target = actor_label(source, entry->target, entry->actor);
    return g_strdup_printf("%s %s|%s", entry->state == HD_STATE_WAIT_JOIN ? "joins" : "waits for", target, target);
  }
  case HD_STATE_WAIT_BARRIER: {
    if (entry->object == HD_NONE || entry->waker == HD_NONE) return object_words(source, entry);
    g_autofree char *object = object_label(source, entry->object), *last = actor_label(source, entry->waker, entry->actor);
    return g_strdup_printf("waits at %s · %s comes last|%s · %s|%s", object, last, object, last, last);
  }
  case HD_STATE_WAIT_TASK:
    return hd_await_box_words(source->model, wait);
  case HD_STATE_WAIT_FUTEX:
    return g_strdup("futex · holder not observable|futex");
  default:
    return object_words(source, entry);
  }
}

char *hd_hold_words(const HdSource *source, guint32 hold) {
  const HdHold *entry = &source->model->holds[hold];
  g_autofree char *holder = actor_label(source, entry->actor, HD_NONE);
  g_autofree char *site = hd_site_label(source->model, entry->acquire_site);
  if (!site) return g_strdup_printf("held by %s|%s", holder, holder);
  return g_strdup_printf("held by %s · %s|held by %s|%s", holder, site, holder, holder);
}
