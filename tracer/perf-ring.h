/* One CPU's perf ring with context-switch records. */
#pragma once
#include "schedule.h"
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct perf_ring {
  int event;
  struct perf_event_mmap_page *page; /* followed by the data */
  size_t data_bytes;
};

/* 0, or negative errno of the system call that refused. */
int perf_ring_open(struct perf_ring *ring, pid_t program, int cpu);
/* Hands every record that is there to the file. */
void perf_ring_drain(struct perf_ring *ring, FILE *file);
void perf_ring_close(struct perf_ring *ring);
