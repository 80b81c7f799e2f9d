/* A child program's state, behind its handle. */
#ifndef HEDDLE_SUBPROCESS_STATE_H
#define HEDDLE_SUBPROCESS_STATE_H
#include "system.h"
#include "trace.h"
#include "word.h"
#include <heddle/subprocess.h>

#define HD_STREAM_COUNT 3

/* Bytes that were read, with room for a zero behind them. */
struct hd_collected {
  char *data;
  size_t bytes;
  size_t capacity;
};

struct hd_subprocess_state {
  struct hd_subprocess_state *next; /* among those that were given up */
  pid_t parent;                     /* whose child it is: this process, or the one that this one was forked from */
  pid_t process_id;
  int process_descriptor; /* a pidfd: readable when the child has ended, and never another's */
  uint32_t guard;         /* of the two below */
  int outcome;            /* HD_ERROR_WOULD_BLOCK while it runs, HD_OK, HD_ERROR_NOT_CHILD */
  int return_code;
  bool was_pipe[HD_STREAM_COUNT];
  int ends[HD_STREAM_COUNT];       /* the caller's; -1: none */
  uint64_t pipes[HD_STREAM_COUNT]; /* the pipes' references while recorded */
  size_t text_sent;                /* of a communicate that ran out of time */
  struct hd_collected collected[HD_STREAM_COUNT];
};

/* What hd_subprocess_run starts a program with; false: it contradicts itself. */
bool hd_subprocess_run_options(const struct hd_subprocess_options *options, struct hd_subprocess_options *own);
/* Takes the child's status if it has ended, and tells it; the outcome. */
int hd_subprocess_reap(struct hd_subprocess_state *state, struct hd_emit *emit);
/* Waits for its end and tells the wait; with the emission entered. */
int hd_subprocess_await(struct hd_subprocess_state *state, hd_deadline deadline, struct hd_emit *emit, const struct hd_source *source);
/* Frees what belongs to it but the child's zombie. */
void hd_subprocess_dispose(struct hd_subprocess_state *state);
/* Clears away those that were given up and have ended since. */
void hd_subprocess_clear_given_up(void);

#endif
