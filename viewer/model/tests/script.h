/* Short words to write a log by hand. Times are nanoseconds since the recording's start; emitters' sequence numbers count by themselves;
 * each operation has one site, whose function is the operation's name. */
#pragma once
#include "model.h"

typedef struct Script Script;
#define NEVER (-1) /* an end that never came */

Script *script_new(void);
/* A process and its main thread, whose number is the process's. */
void script_process(Script *script, guint32 number, guint32 process_id, gint64 at_ns, const char *program);
void script_exec(Script *script, guint32 number, guint32 process_id, guint32 parent_process_id, gint64 at_ns, const char *program);
void script_fork(Script *script, guint32 parent, guint32 child, guint32 process_id, gint64 at_ns);
void script_forked(Script *script, guint32 parent, guint32 child, guint32 process_id, gint64 at_ns, const char *program);
void script_status(Script *script, guint32 emitter, guint32 process_id, int status, gint64 at_ns);
void script_process_end(Script *script, guint32 emitter, int status, gint64 at_ns);
/* A thread with its creation. */
void script_thread(Script *script, guint32 creator, guint32 number, guint32 process, gint64 at_ns);
void script_thread_end(Script *script, guint32 number, gint64 at_ns);
/* A program of process 1 with count threads: 1 is its main thread, which made the others. */
Script *script_threads(guint count);
/* A whole hold, sent as a release. */
void script_hold(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 begin_ns, gint64 end_ns);
/* A hold in a batch of its own. */
void script_batch(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 begin_ns, gint64 end_ns);
void script_acquired(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 at_ns);
void script_released(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 at_ns);
void script_mark(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 at_ns);
void script_value(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 value, gint64 at_ns);
void script_wait(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, guint64 partner, gint64 begin_ns,
                 gint64 end_ns, enum hd_wait_result result);
void script_object(Script *script, guint32 emitter, enum hd_object_kind kind, guint64 object, gint64 value, gint64 at_ns);
void script_object_end(Script *script, guint32 emitter, guint64 object, gint64 at_ns);
void script_shared(Script *script, guint32 emitter, enum hd_object_kind kind, guint64 object, guint64 inode, guint64 offset);
void script_process_name(Script *script, guint32 emitter, guint32 process, const char *name, gint64 at_ns);
void script_daemon(Script *script, guint32 emitter, guint32 actor, gboolean is_process, gint64 at_ns);
/* A task by its number, in a loop, from its creation by who acts on that emitter. context: its own, a copy of context_from. */
#define TASK(number) (HD_OBJECT_SHARED_BIT | (number))
void script_task(Script *script, guint32 emitter, guint32 number, guint64 loop, gint64 at_ns, const char *name);
void script_task_in(Script *script, guint32 emitter, guint32 number, guint64 context, guint64 context_from, gint64 at_ns);
/* A step from begin to end, ended by an operation on an object (its own: yield, end). */
void script_step(Script *script, guint32 emitter, guint32 task, gint64 begin_ns, gint64 end_ns, enum hd_operation operation, guint64 object,
                 gint64 value);
/* An instant in a batch of its own, as most are sent. */
void script_instant(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, guint32 value, gint64 at_ns);
guint32 script_site(Script *script, guint32 emitter, enum hd_operation operation, gint64 at_ns);
/* Any event; common's emitter and at_ns (since the start) are to be set, the sequence is not. */
void script_event(Script *script, HdEvent event);
/* The next event of an emitter is that many numbers later: so many were lost. */
void script_lose(Script *script, guint32 emitter, guint32 count);
/* Frees the script. The log lasts to end_ns. */
HdLog *script_log(Script *script, gint64 end_ns);
HdModel *script_model(Script *script, gint64 end_ns);

/* The thread of an emitter number, the process of a pid (the nth with it), the object at a reference (its nth life). */
guint32 find_thread(const HdModel *model, guint32 emitter);
guint32 find_task(const HdModel *model, const char *name);
guint32 find_process(const HdModel *model, guint32 process_id, guint nth);
guint32 find_object(const HdModel *model, guint64 reference, guint32 process, guint32 generation);
/* The nth wait of an emitter's thread. */
const HdWait *wait_of(const HdModel *model, guint32 emitter, guint nth);
/* The nth wait of an actor. */
const HdWait *wait_of_actor(const HdModel *model, guint32 actor, guint nth);
void assert_woken(const HdModel *model, const HdWait *wait, guint32 waker_emitter, gint64 waker_ns);
/* "wait-lock 10-20, not-waiting 20-30": what an actor did. */
char *describe(const HdModel *model, guint32 actor);
/* Everything that must hold of any model. */
void check_model(const HdModel *model);
