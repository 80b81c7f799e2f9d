/* emit: what a traced thread says, and where it keeps what it has not said yet.
 *
 * Every thread has a slot in the recording's control file (schema.h: struct hd_slot), mapped shared, so that what is in it
 * survives any death of the process. In it stand the thread's open holds, a batch of operations that made nobody wait,
 * and the wait or blocking call that it is in. An operation that made somebody wait, and a batch that is full, become
 * events, which go to LTTng-UST through a provider that is opened only when the program is being recorded.
 *
 * A primitive (or an interposed function) uses it so:
 *
 *     struct hd_emit *emit = hd_emit_enter();             // NULL: not recording, or inside another primitive
 *     if (!emit) return real_lock(mutex);
 *     uint32_t site = hd_emit_site(emit, HD_OPERATION_LOCK_ACQUIRE, return_address);
 *     if (real_trylock(mutex) == EBUSY) {
 *       struct hd_emit_wait wait = {.object = object, .site = site, .owner = owner_thread_id};
 *       hd_emit_wait_begin(emit, &wait);                  // takes the stack, fills the slot
 *       hd_emit_pause(emit);                              // what runs meanwhile (signal handlers) is recorded again
 *       result = real_lock(mutex);
 *       hd_emit_resume(emit);
 *       hd_emit_wait_end(emit, &wait, HD_WAIT_RESULT_OK); // stamps and sends
 *       hd_emit_acquired(emit, object, site, wait.end_ns);
 *     } else
 *       hd_emit_acquired(emit, object, site, hd_emit_now());
 *     hd_emit_leave(emit);
 *
 * Threads: every function acts for the calling thread, and may be called from any thread, from a signal handler too (what
 * interrupts an emission is counted as unobserved "nested", never mixed into it). Errors: none is reported to the caller;
 * the program goes on as if it were not recorded. errno is preserved by enter/leave. Nothing here allocates with malloc
 * or takes a lock of the C library. What an uncontended operation needs is inline (fast.h).
 *
 * Object references: the address of the object, or for a process-shared one what hd_emit_shared_object() gave, or the
 * number that the operation names (a thread's emitter number, a pid).
 */
#ifndef HEDDLE_EMIT_H
#define HEDDLE_EMIT_H
#include "heddle/source.h"
#include "schema.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HD_EMIT_API __attribute__((visibility("default")))

/* A thread's own state; opaque to primitives. */
struct hd_emit;

/* Whether this process is being recorded now. One load; cheap enough for every call. Not preserved from one call to the next. */
HD_EMIT_API extern int hd_emit_recording;
static inline bool hd_emit_is_recording(void) { return __builtin_expect(__atomic_load_n(&hd_emit_recording, __ATOMIC_RELAXED) != 0, 0); }

/* Enters the emission of one operation. NULL when the process is not recorded, the recording is over, or this thread is
 * inside another operation (a primitive built of others is seen once, as the outermost). A non-NULL result must be
 * handed to hd_emit_leave. errno is saved. */
static inline struct hd_emit *hd_emit_enter(void);
/* Ends what hd_emit_enter began; restores errno to what it was at enter (or at the last resume). */
static inline void hd_emit_leave(struct hd_emit *emit);
/* Around a call that may block or run the program's own code: until resume, operations of this thread are recorded again.
 * For interposed functions. A primitive of the runtime, which is built of interposed calls, does not pause. resume saves errno
 * anew, so the errno of the real call reaches the program. */
static inline void hd_emit_pause(struct hd_emit *emit);
static inline void hd_emit_resume(struct hd_emit *emit);
/* Whether this thread is in an emission; and the one that it is in, for what is told in its midst by a part that did not begin it. NULL: in
 * none, or nothing is to be told. */
static inline bool hd_emit_is_inside(void);
static inline struct hd_emit *hd_emit_inside(void);
/* Makes this thread silent until hd_emit_unmute, whatever it calls (nests). Works without a recording. */
HD_EMIT_API void hd_emit_mute(void);
HD_EMIT_API void hd_emit_unmute(void);
static inline bool hd_emit_is_muted(void);

/* CLOCK_MONOTONIC, ns. */
static inline uint64_t hd_emit_now(void);
/* This thread's emitter number; 0 when it is not recorded. */
HD_EMIT_API uint32_t hd_emit_number(struct hd_emit *emit);

/* Site numbers: interned, sent once. return_address: as __builtin_return_address(0) gives it. */
static inline uint32_t hd_emit_site(struct hd_emit *emit, enum hd_operation operation, const void *return_address);
/* A source line the program told. */
static inline uint32_t hd_emit_source_site(struct hd_emit *emit, enum hd_operation operation, const struct hd_source *source);
/* The last one that this thread told; NULL: none. */
static inline const struct hd_source *hd_emit_last_source(void);
/* The calling thread's stack, interned: a microsecond or more; only where the thread is about to block, or somebody
 * waits for its release. Frames inside Heddle's own libraries are left out. */
HD_EMIT_API uint32_t hd_emit_stack(struct hd_emit *emit);

/* A reference for an object in memory that is mapped shared: found by device, inode and offset, cached by address until
 * hd_emit_forget_mapping. Falls back to the address when the mapping cannot be found. */
HD_EMIT_API uint64_t hd_emit_shared_object(struct hd_emit *emit, const void *address, enum hd_object_kind kind);
/* A reference for a pipe or FIFO by its device and inode. */
HD_EMIT_API uint64_t hd_emit_pipe(struct hd_emit *emit, uint64_t device, uint64_t inode);
/* The same for another object that is a file, such as a file lock. */
HD_EMIT_API uint64_t hd_emit_file(struct hd_emit *emit, uint64_t device, uint64_t inode, enum hd_object_kind kind);
/* A reference for an object that has no place of its own, or whose place means different things to its users (a future, a direction of a
 * pipe, what the runtime puts into memory that processes share): a new number, never reused in the recording. Its low 32 bits tell it
 * apart from all others. */
HD_EMIT_API uint64_t hd_emit_new_object(struct hd_emit *emit);
/* The mapping [address, address + bytes) is about to go (munmap, or mmap over it). */
HD_EMIT_API void hd_emit_forget_mapping(const void *address, size_t bytes);

/* An object's birth and end, and its name. value: as in the event object_begin. name may be NULL. */
HD_EMIT_API void hd_emit_object_begin(struct hd_emit *emit, uint64_t object, enum hd_object_kind kind, unsigned flags, int64_t value,
                                      uint32_t site, const char *name);
HD_EMIT_API void hd_emit_object_end(struct hd_emit *emit, uint64_t object, uint32_t site);
HD_EMIT_API void hd_emit_object_name(struct hd_emit *emit, uint64_t object, const char *name);

/* A hold begins (stamp after the acquisition) and ends (stamp at_ns taken before the release; site: the release's).
 * waited_for: somebody is known to wait for the release; then it is sent at once, with its stack.
 * A release without an open hold of this thread is sent as somebody else's. */
static inline void hd_emit_acquired(struct hd_emit *emit, uint64_t object, uint32_t site, uint64_t at_ns);
static inline void hd_emit_released(struct hd_emit *emit, uint64_t object, uint32_t site, uint64_t at_ns, bool waited_for);
/* The same in two steps: when nobody waits and the hold is the youngest that is open, no site is needed; where that is not so it does
 * nothing, says false, and the other is to follow. */
static inline bool hd_emit_released_last(struct hd_emit *emit, uint64_t object, uint64_t at_ns);
HD_EMIT_API void hd_emit_released_otherwise(struct hd_emit *emit, uint64_t object, uint32_t site, uint64_t at_ns, bool waited_for);
/* The program used a primitive wrongly and got error for it (errno, or a code of the runtime). Takes the stack. */
HD_EMIT_API void hd_emit_misuse(struct hd_emit *emit, uint64_t object, uint32_t site, int error);
/* How many of this thread's open holds are of this object: 0, 1, more for a re-entrant one. */
HD_EMIT_API unsigned hd_emit_holds(struct hd_emit *emit, uint64_t object);
/* Somebody else ends, or has ended, this thread's open hold of the object: if there is one, it is sent as an acquisition of its own
 * stamp and leaves the slot, so that it will not be paired with a later release. */
HD_EMIT_API void hd_emit_hold_given_away(struct hd_emit *emit, uint64_t object);
/* For an object that stores its own acquirer (may be released by anyone): as hd_emit_acquired, but never kept in the slot. */
HD_EMIT_API void hd_emit_acquired_open(struct hd_emit *emit, uint64_t object, uint32_t site, uint64_t at_ns);

/* An operation that holds nothing and made nobody wait (post, notify, take, set …), and what its operation's value is (0 for none):
 * batched. */
HD_EMIT_API void hd_emit_instant(struct hd_emit *emit, uint64_t object, uint32_t site, uint64_t at_ns, uint32_t value);
/* The same with a larger value or a stack: sent at once. */
HD_EMIT_API void hd_emit_operation(struct hd_emit *emit, uint64_t object, uint32_t site, uint64_t at_ns, int64_t value, uint32_t stack);

/* A wait. The caller fills object, site, partner, owner; the structure must live until wait_end or call_end. Waits nest (a
 * signal handler that waits): the slot shows the innermost. */
struct hd_emit_wait {
  uint64_t object;
  uint64_t partner;
  uint32_t site;
  uint32_t owner;
  int32_t descriptor; /* of blocking calls; others -1 or 0 */
  uint32_t stack;     /* set by wait_begin (left alone when not 0) */
  uint64_t begin_ns;  /* set by begin (left alone when not 0) */
  uint64_t end_ns;    /* set by end */
  struct hd_slot_wait outer;
};
HD_EMIT_API void hd_emit_wait_begin(struct hd_emit *emit, struct hd_emit_wait *wait);
HD_EMIT_API void hd_emit_wait_end(struct hd_emit *emit, struct hd_emit_wait *wait, enum hd_wait_result result);
/* A blocking call: as a wait, but sent only when it lasted HD_CALL_THRESHOLD_NS or more, or the caller has set its stack, which is not
 * taken here. */
HD_EMIT_API void hd_emit_call_begin(struct hd_emit *emit, struct hd_emit_wait *wait);
HD_EMIT_API void hd_emit_call_end(struct hd_emit *emit, struct hd_emit_wait *wait, int64_t result);

/* Threads. A creator reserves the child's number first, and says it when the creation has succeeded (at_ns: from before). */
HD_EMIT_API uint32_t hd_emit_reserve_actor(void);
HD_EMIT_API void hd_emit_thread_create(struct hd_emit *emit, uint32_t child, uint32_t site, uint32_t stack, uint64_t at_ns);
/* In the new thread, first of all. routine: its start routine. Prepares the thread so that emitting cannot block. */
HD_EMIT_API void hd_emit_thread_begin(uint32_t number, uint32_t creator, const void *routine);
/* In the thread, last of all: flushes, gives the slot back. What the thread does later is emitted without a slot. */
HD_EMIT_API void hd_emit_thread_end(enum hd_thread_end_way way);
HD_EMIT_API void hd_emit_thread_detach(struct hd_emit *emit, uint32_t thread, uint32_t site);
HD_EMIT_API void hd_emit_actor_name(struct hd_emit *emit, uint32_t actor, const char *name);
/* Nobody will wait for the end of this thread, or of this process (then actor is its number). */
HD_EMIT_API void hd_emit_daemon(struct hd_emit *emit, uint32_t actor, bool is_process);

/* Processes. Around fork(): prepare in the parent (reserves the child's number, quiets the tables), then in_parent or in_child.
 * pid < 0: the fork failed. Safe to call when not recording. */
struct hd_emit_fork {
  uint32_t child;
  uint32_t site;
  uint32_t stack;
  uint64_t at_ns;
};
HD_EMIT_API void hd_emit_fork_prepare(struct hd_emit_fork *fork, const void *return_address);
/* The same for a primitive that knows its caller's source line. What the preload then sees of the fork is the same fork. */
HD_EMIT_API void hd_emit_fork_prepare_at(struct hd_emit_fork *fork, const struct hd_source *source);
HD_EMIT_API void hd_emit_fork_in_parent(struct hd_emit_fork *fork, pid_t pid);
HD_EMIT_API void hd_emit_fork_in_child(struct hd_emit_fork *fork);
HD_EMIT_API void hd_emit_process_spawn(struct hd_emit *emit, pid_t child, const char *program, uint32_t site, uint32_t stack,
                                       uint64_t at_ns);
/* Before an exec. A vfork child may call it: it then touches nothing that it shares with its parent but a sequence number. */
HD_EMIT_API void hd_emit_process_exec(const char *program);
/* The calling process's own name, besides its program's. */
HD_EMIT_API void hd_emit_process_name(struct hd_emit *emit, const char *name);
/* The name of any process, by its number (of a child: the fork's). */
HD_EMIT_API void hd_emit_process_name_of(struct hd_emit *emit, uint32_t process, const char *name);
/* The calling process's number; 0 when it is not recorded. */
HD_EMIT_API uint32_t hd_emit_process_number(void);
HD_EMIT_API void hd_emit_process_status(struct hd_emit *emit, pid_t child, int wait_status);
/* Before the process ends: what this thread has pending is flushed, and the end is said. */
HD_EMIT_API void hd_emit_process_end(int status, enum hd_process_end_way way);

/* Tasks: actors that share a thread. A task's reference comes from hd_emit_new_object and is the object of the operations task_…, which
 * tell when its steps begin and end and, by the operations …_await, what it awaits (hd_emit_instant). Between a step's begin and its end
 * on this thread the acting one is the task: its operations are told as any thread's. An emission never spans a switch of tasks.
 * routine: the task's own (may be NULL); context, context_from: as in the event; name may be NULL. */
HD_EMIT_API void hd_emit_task_create(struct hd_emit *emit, uint64_t task, uint64_t loop, uint64_t context, uint64_t context_from,
                                     uint32_t site, const void *routine, const char *name, uint64_t at_ns);
/* Contexts, by numbers from hd_emit_new_object: a copy; a value set (NULL: it has none any more); who acts is in another one from now on.
 */
HD_EMIT_API void hd_emit_context_copy(struct hd_emit *emit, uint64_t context, uint64_t from);
HD_EMIT_API void hd_emit_context_value(struct hd_emit *emit, uint64_t context, uint32_t site, const char *variable, const char *value);
HD_EMIT_API void hd_emit_context_enter(struct hd_emit *emit, uint64_t context);
/* An entry of an event scheduler: its number, when it shall run (CLOCK_MONOTONIC), its routine. */
HD_EMIT_API void hd_emit_schedule_entry(struct hd_emit *emit, uint64_t scheduler, uint32_t number, uint64_t planned_ns, int32_t priority,
                                        uint32_t site, const void *routine, uint64_t at_ns);

/* Says once what could not be recorded. */
HD_EMIT_API void hd_emit_unobserved(enum hd_unobserved_what what, uint64_t count, const char *detail);

#include "fast.h"

#endif
