/* The interpreter lock itself: how it is taken and given up, and told. Who takes part in it, and when, is decided in gil.c. */
#ifndef HEDDLE_GIL_LOCK_H
#define HEDDLE_GIL_LOCK_H
#include "trace.h"

/* What the calling thread has to do with it. */
enum hd_gil_part {
  HD_GIL_OUTSIDE,  /* takes no part */
  HD_GIL_HELD,     /* has it */
  HD_GIL_LENT,     /* gave it up to sleep; takes it again when its operation ends */
  HD_GIL_RELEASED, /* the program has released it */
};

/* Its object reference. */
uint64_t hd_gil_reference(void);
/* Says that it exists. */
void hd_gil_tell_begin(const struct hd_source *source);
/* Takes it, waiting for it. source: where, NULL: the start routine of the calling thread. */
void hd_gil_take(const struct hd_source *source);
/* Gives up what the calling thread has. */
void hd_gil_give_up(const struct hd_source *source);
/* Gives it up because somebody asks, and takes it again when that one has had it. */
void hd_gil_hand_over(const struct hd_source *source);

/* Around a fork, after which the child has its own: held by the calling thread, or free. */
void hd_gil_before_fork(void);
void hd_gil_after_fork_in_parent(void);
void hd_gil_after_fork_in_child(bool held);

#endif
