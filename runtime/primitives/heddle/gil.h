/* Interpreter lock: of all threads that take part in it, at most one runs at a time.
 *
 * It is what CPython calls the GIL: once the program has turned it on, a thread runs only while it holds the lock. Threads that only
 * compute then take turns, however many processors there are; those that wait for something let others run meanwhile. Its rules are
 * CPython's: a thread that wants it waits for a switch interval; when it went to nobody else in that time, it asks. The holder gives it up
 * at its next check, and may not take it again before another has had it. Every operation of the runtime is a check, and gives it up for as
 * long as it sleeps; it takes it again at its very end, when it has already got what it slept for (so a thread can hold an hd_lock while it
 * waits for the interpreter lock, in CPython too). Code that computes calls hd_gil_check now and then; what blocks in a function that is
 * not the runtime's stands between hd_gil_release and hd_gil_acquire.
 *
 *     hd_gil_enable(0);
 *     for (…) {
 *       compute_a_little();
 *       hd_gil_check();
 *     }
 *     hd_gil_release();
 *     size_t got = fread(…);
 *     hd_gil_acquire();
 *
 * Who takes part: the thread that turns it on, every thread that hd_thread starts from then on, and whoever enrolls; others run as before.
 * A forked child has an interpreter lock of its own; who forked has it there, if it had it here. It cannot be turned off again, but a
 * program that is started with HEDDLE_GIL=0 in its environment never has one: hd_gil_enable does nothing then, to see the same program
 * without it. HEDDLE_GIL_INTERVAL_MS=N overrules the interval that hd_gil_enable is given.
 *
 * While it is off, all functions give HD_OK and do nothing. Threads: any thread may call anything here at any time. Not for signal
 * handlers.
 */
#ifndef HEDDLE_GIL_H
#define HEDDLE_GIL_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HD_GIL_INTERVAL_NS (5 * HD_MILLISECOND_NS)

/* Turns it on; the calling thread takes part, and has it. interval_ns: the switch interval, 0 for HD_GIL_INTERVAL_NS.
 * HD_ERROR_STARTED: it is on; HD_ERROR_INVALID. */
#define hd_gil_enable(interval_ns) hd_gil_enable_at((interval_ns), HD_HERE)
HD_API int hd_gil_enable_at(int64_t interval_ns, const struct hd_source *source);
HD_API bool hd_gil_is_enabled(void);

/* How long a thread waits before it asks. Who waits already has chosen. HD_ERROR_INVALID: not more than 0. */
HD_API int hd_gil_set_switch_interval(int64_t interval_ns);
HD_API int64_t hd_gil_switch_interval(void);

/* Gives it up and takes it again, if somebody asks for it; else as cheap as can be. */
#define hd_gil_check() hd_gil_check_at(HD_HERE)
HD_API void hd_gil_check_at(const struct hd_source *source);

/* Gives it up, around what may block in functions that are not the runtime's. HD_ERROR_NOT_OWNER: the calling thread does not have it. */
#define hd_gil_release() hd_gil_release_at(HD_HERE)
HD_API int hd_gil_release_at(const struct hd_source *source);
/* Takes it again. HD_ERROR_HELD: the calling thread has it; HD_ERROR_NOT_ENROLLED: it takes no part. */
#define hd_gil_acquire() hd_gil_acquire_at(HD_HERE)
HD_API int hd_gil_acquire_at(const struct hd_source *source);

/* For a thread that takes no part, whoever made it: takes part from now on, and takes it. HD_ERROR_ENROLLED: it takes part already. */
#define hd_gil_enroll() hd_gil_enroll_at(HD_HERE)
HD_API int hd_gil_enroll_at(const struct hd_source *source);
/* Takes no part any more, and gives it up; so does every thread at its end. HD_ERROR_NOT_ENROLLED. */
#define hd_gil_withdraw() hd_gil_withdraw_at(HD_HERE)
HD_API int hd_gil_withdraw_at(const struct hd_source *source);

/* Whether the calling thread has it at this moment. */
HD_API bool hd_gil_is_held(void);
/* How often it has gone to another thread than the one that had it last. */
HD_API uint64_t hd_gil_switch_count(void);

#ifdef __cplusplus
}
#endif
#endif
