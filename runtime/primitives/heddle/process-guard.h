/* What the objects in shared memory are guarded by and slept on: part of their structures, the runtime's own. */
#ifndef HEDDLE_PROCESS_GUARD_H
#define HEDDLE_PROCESS_GUARD_H
#include <pthread.h>
#include <stdint.h>

/* Held for some instructions by whoever changes the structure that it is in. */
struct hd_process_guard {
  pthread_mutex_t mutex;
};
/* Rings for those who sleep until something in that structure has changed. */
struct hd_process_bell {
  uint32_t rings;
};

#endif
