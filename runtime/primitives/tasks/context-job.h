/* A job that runs in a context. */
#ifndef HEDDLE_CONTEXT_JOB_H
#define HEDDLE_CONTEXT_JOB_H
#include <heddle/context.h>
#include <heddle/executor.h>

/* Submits a job as hd_executor_submit, to threads, to be run in a copy of the caller's context. */
int hd_context_submit(struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes, size_t result_bytes,
                      struct hd_future *future, const struct hd_source *source);
/* What the program knows a job as. */
hd_job *hd_context_job(hd_job *job, const void *argument);

#endif
