#include "context-job.h"
#include <stdlib.h>
#include <string.h>

/* The argument of such a job: this, then the own one's. The context lives until the future is done, however it ends. */
struct order {
  struct hd_context context;
  const struct hd_source *source;
  hd_job *job;
  const void *argument; /* NULL: it follows */
  _Alignas(max_align_t) unsigned char data[];
};
struct run {
  const struct order *order;
  void *result;
  int error;
};

static void run_own(void *argument) {
  struct run *run = argument;
  const struct order *order = run->order;
  run->error = order->job(order->argument ? order->argument : order->data, run->result);
}

static int run_in_context(const void *argument, void *result) {
  const struct order *order = argument;
  struct run run = {order, result, 0};
  struct hd_context context = order->context;
  int failure = hd_context_run_at(&context, run_own, &run, order->source);
  return failure ? failure : run.error;
}

static void give_up_context(struct hd_future *unused, void *state) {
  struct hd_context context = {state};
  hd_context_release(&context);
}

int hd_context_submit(struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes, size_t result_bytes,
                      struct hd_future *future, const struct hd_source *source) {
  if (argument_bytes > SIZE_MAX / 2) return HD_ERROR_NO_MEMORY;
  size_t bytes = sizeof(struct order) + argument_bytes;
  struct order *order = calloc(1, bytes);
  if (!order) return HD_ERROR_NO_MEMORY;
  order->source = source;
  order->job = job;
  if (argument_bytes)
    memcpy(order->data, argument, argument_bytes);
  else
    order->argument = argument;
  int result = hd_context_copy(&order->context);
  struct hd_context context = order->context;
  if (result == HD_OK) {
    result = hd_executor_submit_at(executor, run_in_context, order, bytes, result_bytes, future, source);
    if (result != HD_OK) {
      hd_context_release(&context);
    } else if ((result = hd_future_add_callback(future, give_up_context, context.state)) != HD_OK) {
      if (hd_future_cancel_at(future, source)) hd_context_release(&context); /* else it runs, and its context stays */
      hd_future_release(future);
    }
  }
  free(order);
  return result;
}

hd_job *hd_context_job(hd_job *job, const void *argument) {
  if (job != run_in_context) return job;
  const struct order *order = argument;
  return order->job;
}
