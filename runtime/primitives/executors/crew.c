/* The manager: the thread that looks after the worker processes of an executor or pool. */
#include "crew.h"
#include "chunks.h"
#include "system.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How long a worker that is asked to end may take for it. */
#define PATIENCE_NS (2 * HD_SECOND_NS)

/* Polled: the bell, then of each member its socket and its end. */
struct crew {
  struct hd_executor_state *executor;
  struct pollfd *polled;
  uint32_t count;
  struct hd_member members[];
};

/* A worker has its own socket only: it must see the end of that one when the manager closes the other end. */
struct start {
  struct crew *crew;
  struct hd_worker worker;
};
static int run_worker(void *argument) {
  struct start *start = argument;
  for (uint32_t i = 0; i < start->crew->count; i++) {
    hd_close(&start->crew->members[i].socket);
    hd_close(&start->crew->members[i].end);
  }
  hd_close(&start->worker.executor->bell);
  return hd_worker_run(&start->worker);
}

static int start_member(struct crew *crew, struct hd_member *member) {
  struct hd_executor_state *executor = crew->executor;
  int ends[2];
  char *name;
  if (asprintf(&name, "%s-%u", executor->options.name, (uint32_t)(member - crew->members) + 1) < 0) return HD_ERROR_NO_MEMORY;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    free(name);
    return HD_ERROR_NO_RESOURCES;
  }
  struct start start = {crew, {executor, ends[1]}};
  member->socket = ends[0];
  int result = hd_process_init(&member->process, run_worker, &start, name);
  free(name);
  if (result == HD_OK) {
    if (executor->is_pool) hd_process_set_daemon_at(&member->process, true, executor->source);
    result = hd_process_start_at(&member->process, executor->source);
    if (result != HD_OK) hd_process_release(&member->process);
  }
  hd_close(&ends[1]);
  if (result != HD_OK) {
    hd_close(&member->socket);
    return result;
  }
  member->phase = HD_MEMBER_STARTING;
  member->end = (int)syscall(SYS_pidfd_open, hd_process_pid(&member->process), 0);
  member->job_count = 0;
  return HD_OK;
}

/* The member's process has ended, or is about to: waits for it. Its job, if it had one, is given back for its end. */
static struct hd_future_state *lose(struct hd_member *member, const struct hd_source *source) {
  struct hd_future_state *future = member->future;
  member->future = NULL;
  hd_close(&member->socket);
  if (hd_process_join_timed_at(&member->process, PATIENCE_NS, source) == HD_ERROR_TIMEOUT) {
    hd_process_kill_at(&member->process, source);
    hd_process_join_timed_at(&member->process, HD_FOREVER, source);
  }
  hd_close(&member->end);
  hd_process_release(&member->process);
  member->phase = HD_MEMBER_NONE;
  return future;
}

static void fail(struct hd_executor_state *executor, struct hd_future_state *future, int outcome) {
  if (!future) return;
  hd_future_end(future, HD_FUTURE_RUNNING, HD_FUTURE_DONE, outcome, 0, NULL, future->source);
  hd_future_unref(future);
}

/* Ends all members, those who work too; what they worked on fails. */
static void end_crew(struct crew *crew, int outcome) {
  const struct hd_source *source = crew->executor->source;
  for (uint32_t i = 0; i < crew->count; i++)
    if (crew->members[i].phase != HD_MEMBER_NONE) hd_process_terminate_at(&crew->members[i].process, source);
  for (uint32_t i = 0; i < crew->count; i++)
    if (crew->members[i].phase != HD_MEMBER_NONE) fail(crew->executor, lose(&crew->members[i], source), outcome);
}

static void break_crew(struct crew *crew) {
  hd_executor_break(crew->executor);
  end_crew(crew, HD_ERROR_BROKEN_POOL);
}

/* A member's process has died. Of a pool it is replaced, unless it could not even begin; else the whole executor is broken. */
static void bury(struct crew *crew, struct hd_member *member) {
  bool replaced = crew->executor->is_pool && member->phase != HD_MEMBER_STARTING;
  if (replaced) {
    fail(crew->executor, lose(member, crew->executor->source), HD_ERROR_WORKER_DIED);
    return;
  }
  struct hd_future_state *future = lose(member, crew->executor->source);
  break_crew(crew);
  fail(crew->executor, future, HD_ERROR_BROKEN_POOL);
}

/* Hands the next job to an idle member. False: there is none. */
static bool dispatch(struct crew *crew, struct hd_member *member) {
  struct hd_executor_state *executor = crew->executor;
  hd_executor_enter(executor);
  struct hd_future_state *future = hd_executor_pop(executor);
  hd_executor_leave(executor);
  if (!future) return false;
  struct hd_order order = {.job = future->job,
                           .named_job = hd_chunk_job(future->job, future->argument),
                           .source = future->source,
                           .argument = future->argument,
                           .argument_bytes = future->argument_bytes,
                           .result_bytes = future->result_bytes,
                           .future = future->reference};
  member->future = future;
  member->phase = HD_MEMBER_BUSY;
  if (!hd_socket_send(member->socket, member->end, &order, sizeof order) ||
      !hd_socket_send(member->socket, member->end, future->argument, future->argument_bytes))
    bury(crew, member);
  return true;
}

/* Something came from a member: that it is ready, a result, or its end. */
static void hear(struct crew *crew, struct hd_member *member) {
  struct hd_reply reply;
  struct hd_future_state *future = member->future;
  if (!hd_socket_receive(member->socket, member->end, &reply, sizeof reply) ||
      (future && future->result_bytes && !hd_socket_receive(member->socket, member->end, future->result, future->result_bytes))) {
    bury(crew, member);
    return;
  }
  member->phase = HD_MEMBER_IDLE;
  if (!future) return;
  member->future = NULL;
  uint32_t limit = crew->executor->options.worker_job_count;
  if (limit && ++member->job_count == limit) {
    member->phase = HD_MEMBER_LEAVING;
    hd_close(&member->socket);
  }
  hd_future_end(future, HD_FUTURE_RUNNING, HD_FUTURE_DONE, reply.error ? HD_ERROR_JOB_FAILED : HD_OK, reply.error, NULL, NULL);
  hd_future_unref(future);
}

static bool has_ended(const struct hd_member *member) { return member->end >= 0 && hd_poll_one(member->end, POLLIN, 0) == HD_OK; }

/* Starts who is missing and gives work to who is idle. */
static void occupy(struct crew *crew) {
  hd_executor_enter(crew->executor);
  bool wanted = !crew->executor->shut_down || crew->executor->first;
  hd_executor_leave(crew->executor);
  for (uint32_t i = 0; i < crew->count && !crew->executor->broken; i++) {
    struct hd_member *member = &crew->members[i];
    if (member->phase == HD_MEMBER_LEAVING && member->end < 0) lose(member, crew->executor->source);
    if (wanted && member->phase == HD_MEMBER_NONE && start_member(crew, member) != HD_OK) break_crew(crew);
    if (member->phase == HD_MEMBER_IDLE) dispatch(crew, member);
  }
}

/* Sleeps until there is a job, or something to hear, and hears it. */
static void attend(struct crew *crew) {
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait call = {.descriptor = crew->executor->bell};
  if (emit) {
    call.site = hd_emit_source_site(emit, HD_OPERATION_CALL_POLL, crew->executor->source);
    hd_emit_call_begin(emit, &call);
  }
  crew->polled[0] = (struct pollfd){.fd = crew->executor->bell, .events = POLLIN};
  for (uint32_t i = 0; i < crew->count; i++) { /* a negative descriptor is passed over */
    const struct hd_member *member = &crew->members[i];
    bool any = member->phase != HD_MEMBER_NONE;
    crew->polled[1 + 2 * i] = (struct pollfd){.fd = any ? member->socket : -1, .events = POLLIN};
    crew->polled[2 + 2 * i] = (struct pollfd){.fd = any ? member->end : -1, .events = POLLIN};
  }
  hd_poll(crew->polled, 1 + 2 * crew->count, HD_NEVER);
  if (crew->polled[0].revents) {
    uint64_t rings;
    hd_read(crew->executor->bell, &rings, sizeof rings);
  }
  if (emit) hd_emit_call_end(emit, &call, 0);
  hd_trace_leave(emit);
  for (uint32_t i = 0; i < crew->count && !crew->executor->broken; i++) {
    struct hd_member *member = &crew->members[i];
    if (crew->polled[1 + 2 * i].revents)
      hear(crew, member);
    else if (crew->polled[2 + 2 * i].revents && member->phase == HD_MEMBER_LEAVING)
      lose(member, crew->executor->source);
    else if (crew->polled[2 + 2 * i].revents && member->phase != HD_MEMBER_NONE && has_ended(member))
      bury(crew, member);
  }
}

static bool is_idle(const struct crew *crew) {
  for (uint32_t i = 0; i < crew->count; i++)
    if (crew->members[i].future) return false;
  return true;
}

/* Whether the manager's work is over: nothing more will come, and nothing is left to do. */
static bool is_over(struct crew *crew, bool *terminated) {
  struct hd_executor_state *executor = crew->executor;
  hd_executor_enter(executor);
  *terminated = executor->terminated;
  bool over = executor->broken || executor->terminated || (executor->shut_down && !executor->first && is_idle(crew));
  hd_executor_leave(executor);
  return over;
}

void hd_crew_manage(void *argument) {
  struct hd_executor_state *executor = argument;
  uint32_t count = executor->options.worker_count;
  struct crew *crew = calloc(1, sizeof *crew + count * sizeof *crew->members);
  struct pollfd *polled = calloc(1 + 2 * (size_t)count, sizeof *polled);
  hd_executor_current = executor;
  if (crew && polled) {
    *crew = (struct crew){.executor = executor, .polled = polled, .count = count};
    for (uint32_t i = 0; i < count; i++) crew->members[i].socket = crew->members[i].end = -1;
    bool terminated;
    for (occupy(crew); !is_over(crew, &terminated); occupy(crew)) attend(crew);
    if (terminated) end_crew(crew, HD_ERROR_WORKER_DIED);
    for (uint32_t i = 0; i < count; i++) hd_close(&crew->members[i].socket);
    for (uint32_t i = 0; i < count; i++)
      if (crew->members[i].phase != HD_MEMBER_NONE) lose(&crew->members[i], executor->source);
  } else {
    hd_executor_break(executor);
  }
  free(polled);
  free(crew);
  hd_executor_current = NULL;
  hd_executor_unref(executor);
}
