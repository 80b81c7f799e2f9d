/* How processes share a structure in memory (heddle/process-memory.h): a guard around some instructions, and bells to sleep on.
 *
 * A process may be killed at any instruction. Killed inside the guard, it leaves the structure half changed: the kernel tells the next
 * who enters (the guard is a robust mutex), and that one repairs the structure before it goes on. So every structure with a guard has a
 * repair function, which finds from the fields alone what must be so; it may itself be killed and is then run again. Killed between a
 * change and its ring, a process leaves the others asleep: so nobody sleeps for longer than HD_PROCESS_LOOK_NS without looking.
 *
 *     for (;;) {
 *       hd_process_guard_enter(&queue->guard, repair, queue);
 *       if (queue->count) break;
 *       uint32_t heard = hd_process_bell_listen(&queue->filled);
 *       hd_process_guard_leave(&queue->guard);
 *       if (hd_process_bell_sleep(&queue->filled, heard, deadline) == HD_ERROR_TIMEOUT) return HD_ERROR_TIMEOUT;
 *     }
 *     … take, under the guard …
 *     hd_process_guard_leave(&queue->guard);
 *
 * Between enter and leave a thread emits only with an emission that it entered before, calls nothing of the program's, and does not
 * enter another guard. Guards hold through a fork: they lie in memory that the fork does not copy.
 */
#ifndef HEDDLE_PROCESS_GUARD_INTERNAL_H
#define HEDDLE_PROCESS_GUARD_INTERNAL_H
#include "futex.h"
#include <heddle/process-guard.h>

/* Longest sleep without a look. */
#define HD_PROCESS_LOOK_NS (100 * HD_MILLISECOND_NS)

/* Once, by who makes the structure. */
void hd_process_guard_init(struct hd_process_guard *guard);
/* repair(object) is called, with the guard held, when its last holder was killed. */
void hd_process_guard_enter(struct hd_process_guard *guard, void (*repair)(void *object), void *object);
void hd_process_guard_leave(struct hd_process_guard *guard);

/* With the guard held: what hd_process_bell_sleep must be given. */
static inline uint32_t hd_process_bell_listen(const struct hd_process_bell *bell) {
  return __atomic_load_n(&bell->rings, __ATOMIC_RELAXED);
}
/* Without the guard: sleeps until a ring that came after listen, for at most HD_PROCESS_LOOK_NS: HD_OK, look again. HD_ERROR_TIMEOUT:
 * the deadline has passed (look a last time). */
int hd_process_bell_sleep(const struct hd_process_bell *bell, uint32_t heard, hd_deadline deadline);
/* With the guard held, after the change: wakes up to count of those who sleep longest; all others keep asleep. */
void hd_process_bell_ring(struct hd_process_bell *bell, uint32_t count);

#endif
