/* Updates that get lost: a thread makes a version of a shared variable from one that it read, while another made a newer one in between
 * (as viewer/analysis/lost-update.c defines it). */
#include "seed-schedule.h"

static struct hd_seed_seen *find(struct hd_seed_actor *self, const void *shared) {
  for (uint32_t i = 0; i < HD_SEED_SEEN_COUNT; i++)
    if (self->seen[i].shared == shared) return &self->seen[i];
  return NULL;
}

void hd_seed_saw(const void *shared, uint64_t version) {
  struct hd_seed_actor *self = hd_seed_self;
  if (!self) return;
  struct hd_seed_seen *seen = find(self, shared);
  if (!seen) seen = &self->seen[self->seen_next++ % HD_SEED_SEEN_COUNT];
  *seen = (struct hd_seed_seen){shared, version};
}

void hd_seed_made(const void *shared, uint64_t version) {
  struct hd_seed_actor *self = hd_seed_self;
  struct hd_seed_seen *seen = self ? find(self, shared) : NULL;
  if (!seen) return;
  if (version - seen->version > 1) __atomic_add_fetch(&hd_seed_schedule.report->lost_update_count, 1, __ATOMIC_RELAXED);
  seen->shared = NULL;
}
