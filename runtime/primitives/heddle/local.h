/* Thread-local: a variable of which every thread has a value of its own.
 *
 * A value is a pointer of the program's own (or a number put into one); NULL means that the thread has none. When a thread ends, the
 * destructor is called with its value, in that thread: of several locals the one that was set last first. A destructor may set locals,
 * its own too: those are destroyed in a further round, at most HD_LOCAL_ROUNDS in all; what is set in the last of them is left to itself.
 * As with POSIX's keys, no destructor runs in the threads that are there when the process ends.
 *
 *     static struct hd_local buffer = HD_LOCAL_INIT(free);
 *     char *mine = hd_local_get(&buffer);
 *     if (!mine) hd_local_set(&buffer, mine = malloc(4096));
 *
 * A local may be embedded, and works from HD_LOCAL_INIT(destructor) on (zeroed memory: without a destructor). Changes of its values are
 * marks in the recording when hd_local_trace has asked for them. Threads: any thread may call anything here at any time but init and
 * destroy, which are for one.
 */
#ifndef HEDDLE_LOCAL_H
#define HEDDLE_LOCAL_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* PTHREAD_DESTRUCTOR_ITERATIONS, as it is everywhere on Linux. */
#define HD_LOCAL_ROUNDS 4

typedef void hd_local_destructor(void *value);

/* The fields are the runtime's own. */
struct hd_local {
  hd_local_destructor *destructor;
  uint64_t identity; /* never another's; 0 until it is first set */
  uint32_t index;    /* where threads keep their value of it */
  bool traced;
};
#define HD_LOCAL_INIT(destructor)                                                                                                          \
  { (destructor), 0, 0, false }

/* destructor may be NULL. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_local_init(local, destructor, name) hd_local_init_at((local), (destructor), (name), HD_HERE)
HD_API void hd_local_init_at(struct hd_local *local, hd_local_destructor *destructor, const char *name, const struct hd_source *source);
/* Forgets the values of all threads, without calling the destructor. It may be set again afterwards, as a new one. */
#define hd_local_destroy(local) hd_local_destroy_at((local), HD_HERE)
HD_API void hd_local_destroy_at(struct hd_local *local, const struct hd_source *source);
/* From now on changes of its values are marks in the recording, or no longer. At first they are not. */
HD_API void hd_local_trace(struct hd_local *local, bool traced);

/* The calling thread's value; NULL: it has none. */
HD_API void *hd_local_get(const struct hd_local *local);
/* Sets the calling thread's value. The one before is not destroyed: it is the caller's. HD_ERROR_NO_MEMORY. */
#define hd_local_set(local, value) hd_local_set_at((local), (value), HD_HERE)
HD_API int hd_local_set_at(struct hd_local *local, void *value, const struct hd_source *source);
/* Destroys the calling thread's value; then it has none. HD_ERROR_EMPTY when it has none already. */
#define hd_local_delete(local) hd_local_delete_at((local), HD_HERE)
HD_API int hd_local_delete_at(struct hd_local *local, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
