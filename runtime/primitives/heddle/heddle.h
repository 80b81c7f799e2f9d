/* The Heddle runtime: threads, processes, tasks and what they synchronize with, with the semantics of Python's modules.
 *
 * A program that uses it, and is run by `heddle record`, tells who waited for whom, where and why; run on its own it does not
 * notice (an uncontended lock costs what a pthread mutex does). Link with -lheddle. Every call is a macro that hands its source line to the
 * function of the same name with _at; wrap those to tell another line. Every function that can fail returns HD_OK or a
 * negative code (heddle/error.h); time-outs are nanoseconds (heddle/time.h).
 */
#ifndef HEDDLE_H
#define HEDDLE_H
#include <heddle/async-barrier.h>
#include <heddle/async-condition.h>
#include <heddle/async-event.h>
#include <heddle/async-executor.h>
#include <heddle/async-generator.h>
#include <heddle/async-lock.h>
#include <heddle/async-queue.h>
#include <heddle/async-scope.h>
#include <heddle/async-semaphore.h>
#include <heddle/async-stream.h>
#include <heddle/async-subprocess.h>
#include <heddle/barrier.h>
#include <heddle/condition.h>
#include <heddle/context.h>
#include <heddle/error.h>
#include <heddle/event.h>
#include <heddle/executor.h>
#include <heddle/future.h>
#include <heddle/gather.h>
#include <heddle/gil.h>
#include <heddle/local.h>
#include <heddle/lock.h>
#include <heddle/loop.h>
#include <heddle/pipe.h>
#include <heddle/pool.h>
#include <heddle/process-array.h>
#include <heddle/process-barrier.h>
#include <heddle/process-condition.h>
#include <heddle/process-event.h>
#include <heddle/process-lock.h>
#include <heddle/process-memory.h>
#include <heddle/process-queue.h>
#include <heddle/process-rlock.h>
#include <heddle/process-semaphore.h>
#include <heddle/process-value.h>
#include <heddle/process.h>
#include <heddle/queue.h>
#include <heddle/rlock.h>
#include <heddle/scheduler.h>
#include <heddle/semaphore.h>
#include <heddle/shared.h>
#include <heddle/source.h>
#include <heddle/subprocess.h>
#include <heddle/task-group.h>
#include <heddle/task.h>
#include <heddle/thread.h>
#include <heddle/time.h>
#include <heddle/timeout.h>
#include <heddle/wait-for.h>
#endif
