/* What a queue or pipe did in all: a pass over its items and waits. Any thread. */
#pragma once
#include "drawn.h"

G_BEGIN_DECLS

typedef struct {
  guint32 object;
  guint32 item_count, left_count; /* put; of those never got */
  gint64 latency_mean_ns, latency_max_ns;
  gint32 deepest;
  gint64 producers_ns, consumers_ns; /* how long producers and consumers waited */
} HdQueueStats;

HdQueueStats hd_queue_stats(const HdSource *source, guint32 object);
/* All queues and pipes with an item, those that made their producers wait longest first, then by the time of consumers, then by latency. Of
 * HdQueueStats; the caller frees it. */
GArray *hd_queue_stats_all(const HdSource *source);

G_END_DECLS
