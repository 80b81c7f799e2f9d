/* The command line of heddle-record. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct options {
  const char *output;        /* -o; NULL: ./PROGRAM-N.heddle */
  uint64_t max_size_bytes;   /* --max-size; 0: no limit */
  unsigned min_free_percent; /* --min-free: recording stops when the disk has less left */
  bool schedule;             /* --no-schedule clears it */
  char **program;            /* PROGRAM and its arguments, NULL-terminated; borrowed from argv */
};

/* Returns 0, or the status to exit with (said on stderr): 2 for wrong usage; -1 when --help or --version was answered. */
int options_parse(struct options *options, int argument_count, char **arguments);
