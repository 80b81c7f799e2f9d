/* The worker processes of an executor or pool, and how they are talked to: over a socket each, one job at a time.
 *
 * One thread of the executor's process, the manager, starts them, hands a job to whoever is idle, takes the results, ends the futures, and
 * notices who dies. To a worker go an order and the argument; from it come a reply and the result. A worker first of all
 * sends an empty reply: it is ready. When its socket ends it ends, too. */
#ifndef HEDDLE_CREW_H
#define HEDDLE_CREW_H
#include "executor-state.h"
#include <heddle/process.h>

/* Pointers mean the same in all workers: they are copies of one process. */
struct hd_order {
  hd_job *job;
  hd_job *named_job;              /* what the program knows it as */
  const struct hd_source *source; /* where it was submitted */
  const void *argument;           /* when no bytes of it follow */
  size_t argument_bytes, result_bytes;
  uint64_t future; /* its reference in the recording */
};
struct hd_reply {
  int error;
};

struct hd_member {
  struct hd_process process;
  enum { HD_MEMBER_NONE, HD_MEMBER_STARTING, HD_MEMBER_IDLE, HD_MEMBER_BUSY, HD_MEMBER_LEAVING } phase;
  int socket;                     /* the manager's end */
  int end;                        /* readable when the process has ended; -1: the system has no such thing */
  uint32_t job_count;             /* done so far */
  struct hd_future_state *future; /* of the job that it runs; the executor's reference */
};

/* What a worker process runs: argument is a struct hd_worker. */
struct hd_worker {
  struct hd_executor_state *executor;
  int socket;
};
hd_process_routine hd_worker_run;

/* All bytes or none: false when the other process is gone. end: as in struct hd_member, of that process; -1: it is not looked at.
 * Without a signal, and nothing of it is recorded. */
bool hd_socket_send(int socket, int end, const void *data, size_t bytes);
bool hd_socket_receive(int socket, int end, void *data, size_t bytes);

#endif
