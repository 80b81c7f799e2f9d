#include "describe.h"
#include "task-words.h"
#include <string.h>

static char *object_name(const HdModel *model, guint32 object) {
  return object < model->object_count ? hd_display_name(model->objects[object].name, 64) : g_strdup("an object not known");
}

static const char *result_text(const HdWait *wait) {
  if (wait->open) return "it never ended";
  switch (wait->result) {
  case HD_WAIT_RESULT_TIMEOUT:
    return "it timed out";
  case HD_WAIT_RESULT_ERROR:
    return "it failed";
  case HD_WAIT_RESULT_OWNER_DIED:
    return "the owner had died";
  case HD_WAIT_RESULT_ABANDONED:
    return "it was abandoned";
  case HD_WAIT_RESULT_BROKEN:
    return "the barrier was broken";
  case HD_WAIT_RESULT_CANCELLED:
    return "it was left by cancellation";
  default:
    return NULL;
  }
}

char *hd_describe_wait_title(const HdModel *model, guint32 index) {
  const HdWait *wait = &model->waits[index];
  g_autofree char *name = hd_actor_text(model, wait->actor), *duration = hd_format_duration(wait->end_ns - wait->begin_ns);
  g_autofree char *what = wait->target != HD_NONE   ? hd_actor_text(model, wait->target)
                          : wait->object != HD_NONE ? object_name(model, wait->object)
                                                    : NULL;
  if (wait->state == HD_STATE_BLOCKED) {
    const char *call = wait->site < model->site_count ? hd_operations[model->sites[wait->site].operation].name : "a call";
    if (g_str_has_prefix(call, "call_")) call += strlen("call_");
    if (g_str_has_suffix(call, "_await")) {
      g_autofree char *awaited = hd_await_words(model, index);
      return g_strdup_printf("%s awaited %s for %s", name, awaited, duration);
    }
    return g_strdup_printf("%s was blocked %s in %s%s%s", name, duration, call, what ? " on " : "", what ? what : "");
  }
  if (wait->state == HD_STATE_WAIT_TASK) {
    g_autofree char *awaited = hd_await_words(model, index);
    return g_strdup_printf("%s awaited %s for %s%s", name, awaited, duration, wait->open ? ", to the end" : "");
  }
  return g_strdup_printf("%s waited %s%s for %s", name, duration, wait->open ? ", to the end," : "", what ? what : "something not known");
}

static int by_length(gconstpointer a, gconstpointer b) {
  const HdWaitSegment *first = *(HdWaitSegment *const *)a, *second = *(HdWaitSegment *const *)b;
  return (first->end_ns < second->end_ns) - (first->end_ns > second->end_ns);
}

/* One clause a holder, longest first, however often it held; hand-offs last. Returns the hold that covers most of the
 * wait, HD_NONE for none. */
static guint32 append_holders(GString *markup, const HdModel *model, const HdWait *wait, GArray *segments) {
  g_autoptr(GHashTable) times = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  gint64 nobody_ns = 0, longest_ns = 0;
  guint32 longest = HD_NONE;
  for (guint i = 0; i < segments->len; i++) {
    const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, i);
    gint64 span_ns = segment->end_ns - segment->begin_ns;
    if (segment->hold == HD_NONE) {
      nobody_ns += span_ns;
      continue;
    }
    if (span_ns > longest_ns) {
      longest_ns = span_ns;
      longest = segment->hold;
    }
    guint32 actor = model->holds[segment->hold].actor;
    HdWaitSegment *sum = g_hash_table_lookup(times, GUINT_TO_POINTER(actor));
    if (!sum) {
      sum = g_new0(HdWaitSegment, 1);
      sum->hold = segment->hold;
      g_hash_table_insert(times, GUINT_TO_POINTER(actor), sum);
      g_ptr_array_add(order, sum);
    }
    sum->end_ns += span_ns;
  }
  g_ptr_array_sort(order, by_length);
  const guint shown_max = 6;
  for (guint i = 0; i < order->len && i < shown_max; i++) {
    const HdWaitSegment *sum = order->pdata[i];
    const HdHold *hold = &model->holds[sum->hold];
    g_autofree char *duration = hd_format_duration(sum->end_ns);
    g_string_append_printf(markup, "%s<b>%s</b> ", i == 0 ? "of which " : ", ", duration);
    hd_link_append_actor(markup, model, hold->actor);
    g_string_append(markup, " held it (");
    hd_link_append(markup, HD_LINK_TO_HOLD, sum->hold, "acquired");
    g_string_append(markup, " at ");
    hd_link_append_site(markup, model, hold->acquire_site);
    g_string_append_c(markup, ')');
  }
  if (order->len > shown_max) g_string_append_printf(markup, " and %u more", order->len - shown_max);
  if (nobody_ns == 0) return longest;
  g_autofree char *duration = hd_format_duration(nobody_ns);
  if (order->len)
    g_string_append_printf(markup, " and <b>%s</b> passed while nobody held it (hand-over)", duration);
  else if (wait->owner != HD_NONE) {
    g_string_append(markup, "its holder, as the waiter saw it, was ");
    hd_link_append_actor(markup, model, wait->owner);
  } else if (wait->state == HD_STATE_WAIT_LOCK)
    g_string_append(markup, "nobody was seen to hold it");
  return longest;
}

char *hd_describe_wait_markup(const HdModel *model, guint32 index, guint32 *main_hold) {
  const HdWait *wait = &model->waits[index];
  GString *markup = g_string_new(NULL);
  *main_hold = HD_NONE;
  if (wait->object != HD_NONE) {
    g_autoptr(GArray) segments = hd_wait_segments(model, index);
    *main_hold = append_holders(markup, model, wait, segments);
  } else if (wait->target != HD_NONE) {
    g_string_append(markup, "it waited for ");
    hd_link_append_actor(markup, model, wait->target);
  }
  if (wait->waker != HD_NONE) {
    if (markup->len) g_string_append(markup, "; ");
    hd_link_append_actor(markup, model, wait->waker);
    g_string_append(markup, " ended it");
    if (wait->waker_site < model->site_count) {
      g_string_append(markup, " at ");
      hd_link_append_site(markup, model, wait->waker_site);
    }
  }
  if (result_text(wait)) g_string_append_printf(markup, "%s%s", markup->len ? "; " : "", result_text(wait));
  if (wait->partner != HD_NONE && wait->state == HD_STATE_WAIT_LOCK && wait->partner < model->wait_count) {
    g_string_append(markup, markup->len ? "; it takes the lock back after " : "it takes the lock back after ");
    hd_link_append(markup, HD_LINK_TO_WAIT, wait->partner, "its condition wait");
  }
  return g_string_free(markup, FALSE);
}

char *hd_describe_stack_markup(const HdModel *model, guint32 stack, guint32 site) {
  GString *markup = g_string_new(NULL);
  if (site < model->site_count) hd_link_append_site(markup, model, site);
  if (stack >= model->stack_count) return g_string_free(markup, FALSE);
  const guint shown_max = 32;
  g_autofree char *site_text = site < model->site_count ? hd_model_site_text(model, site) : NULL;
  const HdStack *frames = &model->stacks[stack];
  gboolean first = TRUE;
  for (guint32 i = 0; i < frames->count && i < shown_max; i++) {
    g_autofree char *raw = hd_model_frame_text(model, frames->first + i);
    if (first && g_strcmp0(raw, site_text) == 0) continue; /* the site is this frame */
    first = FALSE;
    g_autofree char *text = hd_display_name(raw, 120);
    if (markup->len) g_string_append(markup, "  ‹ ");
    hd_markup_append(markup, text);
  }
  if (frames->count > shown_max) g_string_append_printf(markup, "  ‹ %u more", frames->count - shown_max);
  return g_string_free(markup, FALSE);
}

char *hd_describe_edge_markup(const HdModel *model, const HdWaitEdge *edge, gint64 at_ns) {
  GString *markup = g_string_new(NULL);
  hd_link_append_actor(markup, model, edge->waiter);
  g_string_append(markup, "  →  ");
  if (edge->object != HD_NONE) {
    hd_link_append_object(markup, model, edge->object);
    g_string_append(markup, "  →  ");
  }
  if (edge->target == HD_NONE) {
    g_string_append(markup, edge->any ? "anybody who uses it" : "holder not observable");
  } else {
    hd_link_append_actor(markup, model, edge->target);
    if (edge->any) g_string_append(markup, " (or another)");
  }
  if (edge->wait < model->wait_count) {
    g_autofree char *since = hd_format_duration(at_ns - model->waits[edge->wait].begin_ns);
    g_string_append_printf(markup, ", for %s already at ", since);
    hd_link_append_site(markup, model, model->waits[edge->wait].site);
  }
  return g_string_free(markup, FALSE);
}
