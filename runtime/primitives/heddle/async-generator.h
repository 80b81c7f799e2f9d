/* Async generator: a coroutine that hands out values one after the other, to a task that asks for the next, and may await in between.
 *
 *     static int count(struct hd_async_generator *self, void *argument) {
 *       int result = HD_OK;
 *       for (int i = 0; i < 10 && result == HD_OK; i++) {
 *         hd_task_sleep(HD_MILLISECOND_NS);
 *         result = hd_async_yield(self, &i);                       // here it stops until the next value is asked for
 *       }
 *       clean_up();
 *       return result;
 *     }
 *
 *     struct hd_async_generator numbers;
 *     int number;
 *     hd_async_generator_begin(&numbers, count, NULL, 0, sizeof number, "numbers");
 *     hd_async_for (&numbers, &number)
 *       if (number == 5) break;
 *     int result = hd_async_generator_close(&numbers);             // runs its cleanup, wherever it stopped
 *
 * It runs inside the task that asks for a value, on a stack of its own: what it awaits, that task awaits; a cancellation of the task is
 * delivered in it; in the recording its steps are the task's. It does not begin before the first value is asked for. Different tasks of one
 * loop may ask, one at a time. Generators may ask other generators.
 *
 * Whoever begins a generator closes it, also after its end. With HD_CLOSED_AT_END before its name that happens by itself when the block is
 * left, by whatever way: struct hd_async_generator HD_CLOSED_AT_END numbers;
 * Other iterations: over a queue until it is shut down (heddle/async-queue.h), over tasks as they are over (heddle/gather.h).
 */
#ifndef HEDDLE_ASYNC_GENERATOR_H
#define HEDDLE_ASYNC_GENERATOR_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_async_generator_state;
/* The field is the runtime's own. */
struct hd_async_generator {
  struct hd_async_generator_state *state; /* owned; NULL: closed */
};

/* self is for hd_async_yield. argument: the generator's own copy, or what was handed on. Returns 0, HD_ERROR_CLOSED or HD_ERROR_CANCELLED
 * when it ends because of that, or an error number of its own. */
typedef int hd_async_generator_routine(struct hd_async_generator *self, void *argument);

/* Makes a generator that has not begun. argument_bytes of the argument are copied; 0: the pointer itself is handed on. value_bytes: size of
 * a value. name: told when its stack overflows, lent; may be NULL. HD_ERROR_NO_MEMORY: there is nothing to close. */
HD_API int hd_async_generator_begin(struct hd_async_generator *generator, hd_async_generator_routine *routine, void *argument,
                                    size_t argument_bytes, size_t value_bytes, const char *name);

/* Runs it until it yields, and copies the value (value may be NULL). HD_ERROR_NO_MORE: it has ended, now or before.
 * HD_ERROR_JOB_FAILED: it ends with an error, hd_async_generator_error tells which; HD_ERROR_CANCELLED: it ends by a cancellation of the
 * task. After either there are no more. HD_ERROR_NO_MEMORY: there is none for its stack. Misuses: HD_ERROR_NO_TASK; HD_ERROR_BUSY (it is
 * running, for this task or another); HD_ERROR_OTHER_LOOP (it began in another). */
#define hd_async_generator_next(generator, value) hd_async_generator_next_at((generator), (value), HD_HERE)
HD_API int hd_async_generator_next_at(struct hd_async_generator *generator, void *value, const struct hd_source *source);
/* The statement behind it is run for each value. */
#define hd_async_for(generator, value) while (hd_async_generator_next((generator), (value)) == HD_OK)

/* In its routine: hands out a value, and goes on when the next one is asked for: HD_OK. HD_ERROR_CLOSED: none will be; clean up and end.
 * HD_ERROR_NOT_OWNER, a misuse: it is not this generator that runs. */
#define hd_async_yield(self, value) hd_async_yield_at((self), (value), HD_HERE)
HD_API int hd_async_yield_at(struct hd_async_generator *self, const void *value, const struct hd_source *source);

/* Ends it: where it stopped, hd_async_yield gives HD_ERROR_CLOSED, and it runs to its end (the calling task awaits what it awaits). Gives
 * its memory back. HD_OK, also when it had ended well, had never begun or is closed; HD_ERROR_JOB_FAILED when it ended, now or before, with
 * an error; HD_ERROR_CANCELLED. HD_ERROR_BUSY, HD_ERROR_OTHER_LOOP and, if it has stopped in its middle, HD_ERROR_NO_TASK: misuses, it is
 * not closed. When its loop is closed before it is, it does not run any more. */
#define hd_async_generator_close(generator) hd_async_generator_close_at((generator), HD_HERE)
HD_API int hd_async_generator_close_at(struct hd_async_generator *generator, const struct hd_source *source);

/* The error number that its routine returned; 0: it has not failed. */
HD_API int hd_async_generator_error(const struct hd_async_generator *generator);

static inline void hd_async_generator_close_at_end(struct hd_async_generator *generator) { (void)hd_async_generator_close(generator); }
#define HD_CLOSED_AT_END __attribute__((cleanup(hd_async_generator_close_at_end)))

#ifdef __cplusplus
}
#endif
#endif
