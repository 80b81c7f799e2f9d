/* Annotated variable: a number that several threads or processes read and write, and whose every access the recording shows.
 *
 * Made for looking at races: a read, a computation and a write of what came out is no atomic step, and when another writes in between, its
 * update is lost. A recording can say so with certainty, since the variable counts its versions: a read says which version it saw, a write
 * which one it made, whatever their time stamps may be. hd_shared_update adds in one atomic step, and loses nothing.
 *
 *     int64_t balance = hd_shared_read(&account);
 *     hd_shared_write(&account, balance + 10);        // loses what others wrote since the read
 *     hd_shared_update(&account, 10);                 // loses nothing
 *
 * Each access by itself is atomic and sequentially consistent: races here are a program's logic, never undefined behaviour. A variable has
 * no memory of its own, may be embedded, also in memory that processes share (then initialized once, by one of them, before the others use
 * it), and needs no destruction; static, within one process: HD_SHARED_INIT(value). It must not move. Nothing here waits for anybody.
 */
#ifndef HEDDLE_SHARED_H
#define HEDDLE_SHARED_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_shared {
  int64_t value;    /* changes together with version, in one step, while recorded; version stands still while not */
  uint64_t version; /* the first value is version 1 */
  uint64_t object;  /* its reference in the recording; 0: its address */
  uint64_t reserved;
} __attribute__((aligned(16)));
#define HD_SHARED_INIT(value)                                                                                                              \
  { (value), 1, 0, 0 }

/* name: for the recording, copied; NULL: it is called by its variable. */
#define hd_shared_init(shared, value, name) hd_shared_init_at((shared), (value), (name), HD_HERE)
HD_API void hd_shared_init_at(struct hd_shared *shared, int64_t value, const char *name, const struct hd_source *source);
/* Says that the variable ends; what comes later at its address is another one. */
#define hd_shared_destroy(shared) hd_shared_destroy_at((shared), HD_HERE)
HD_API void hd_shared_destroy_at(struct hd_shared *shared, const struct hd_source *source);

#define hd_shared_read(shared) hd_shared_read_at((shared), HD_HERE)
HD_API int64_t hd_shared_read_at(struct hd_shared *shared, const struct hd_source *source);
#define hd_shared_write(shared, value) hd_shared_write_at((shared), (value), HD_HERE)
HD_API void hd_shared_write_at(struct hd_shared *shared, int64_t value, const struct hd_source *source);
/* Adds in one step and returns the sum, which wraps around. */
#define hd_shared_update(shared, addend) hd_shared_update_at((shared), (addend), HD_HERE)
HD_API int64_t hd_shared_update_at(struct hd_shared *shared, int64_t addend, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
