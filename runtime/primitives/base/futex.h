/* Sleeping on a word: Linux futexes, private to the process or shared, with absolute deadlines. */
#ifndef HEDDLE_FUTEX_H
#define HEDDLE_FUTEX_H
#include <heddle/error.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stdint.h>

/* On the clock of hd_clock_ns. */
typedef int64_t hd_deadline;
#define HD_NEVER INT64_MAX

/* CLOCK_MONOTONIC, ns; in a seeded run (seed.h) a virtual one instead. */
int64_t hd_clock_ns(void);
/* The same for who asks from the program, perhaps in a loop: there every look makes virtual time pass. */
int64_t hd_clock_look_ns(void);

/* timeout_ns from now on; 0 gives a deadline that has passed. */
hd_deadline hd_deadline_after(int64_t timeout_ns);
/* What is left of it as a time-out. */
int64_t hd_deadline_left_ns(hd_deadline deadline);
static inline bool hd_timeout_is_valid(int64_t timeout_ns) { return timeout_ns >= HD_FOREVER; }

/* Sleeps while *word is expected, until somebody wakes it or the deadline: HD_OK or HD_ERROR_TIMEOUT. May return HD_OK for no reason. */
int hd_futex_wait(const uint32_t *word, uint32_t expected, hd_deadline deadline);
/* The same for what guards some instructions of the runtime: no reason to let others run. */
int hd_futex_wait_briefly(const uint32_t *word, uint32_t expected);
/* Wakes up to count sleepers. The word is not read: it may be gone already. */
void hd_futex_wake(const uint32_t *word, uint32_t count);

/* The same on a word in memory that processes share. wake returns how many it woke. */
int hd_process_futex_wait(const uint32_t *word, uint32_t expected, hd_deadline deadline);
uint32_t hd_process_futex_wake(const uint32_t *word, uint32_t count);
/* A deadline interval_ns from now, or the other one when that is sooner. */
hd_deadline hd_deadline_sooner(hd_deadline deadline, int64_t interval_ns);

/* A word that is always 0: a thread that sleeps on it only sleeps. */
extern const uint32_t hd_nobody_wakes;

/* Beneath the seeded schedule: really sleeps and wakes, by CLOCK_MONOTONIC, whatever runs this. wait: whether the deadline has come. */
int64_t hd_real_clock_ns(void);
bool hd_futex_really_wait(const uint32_t *word, uint32_t expected, int64_t deadline);
void hd_futex_really_wake(const uint32_t *word, uint32_t count);

#endif
