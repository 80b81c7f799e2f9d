#include "queue-stats.h"

HdQueueStats hd_queue_stats(const HdSource *source, guint32 index) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[index];
  HdQueueStats stats = {.object = index, .item_count = object->item_count};
  gint64 sum_ns = 0;
  guint32 got_count = 0;
  for (guint32 i = object->item_first; i < object->item_first + object->item_count; i++) {
    const HdItem *item = &model->items[i];
    if (item->get_actor == HD_NONE) stats.left_count++;
    if (item->get_actor == HD_NONE || item->put_actor == HD_NONE) continue; /* how long it was in there is not known */
    sum_ns += item->get_ns - item->put_ns;
    stats.latency_max_ns = MAX(stats.latency_max_ns, item->get_ns - item->put_ns);
    got_count++;
  }
  if (got_count) stats.latency_mean_ns = sum_ns / got_count;
  stats.deepest = hd_lod_level(source->lod, index, HD_LEVEL_ITEMS).value_max;
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    guint role = hd_operations[wait->site < model->site_count ? model->sites[wait->site].operation : HD_OPERATION_NONE].role;
    if (role == HD_ROLE_ENABLE) stats.producers_ns += wait->end_ns - wait->begin_ns;
    if (role == HD_ROLE_TAKE) stats.consumers_ns += wait->end_ns - wait->begin_ns;
  }
  return stats;
}

static int compare_worst(gconstpointer a, gconstpointer b) {
  const HdQueueStats *first = a, *second = b;
  const gint64 worst[][2] = {{first->producers_ns, second->producers_ns},
                             {first->consumers_ns, second->consumers_ns},
                             {first->latency_max_ns, second->latency_max_ns}};
  for (guint i = 0; i < G_N_ELEMENTS(worst); i++)
    if (worst[i][0] != worst[i][1]) return worst[i][0] < worst[i][1] ? 1 : -1;
  return first->object < second->object ? -1 : first->object > second->object;
}

GArray *hd_queue_stats_all(const HdSource *source) {
  GArray *all = g_array_new(FALSE, FALSE, sizeof(HdQueueStats));
  for (guint32 i = 0; i < source->model->object_count; i++) {
    if (source->model->objects[i].item_count == 0) continue;
    HdQueueStats stats = hd_queue_stats(source, i);
    g_array_append_val(all, stats);
  }
  g_array_sort(all, compare_worst);
  return all;
}
