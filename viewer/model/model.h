/* The model: what happened, in a form that the analyses and the drawing can search.
 *
 * Actors (processes, threads, tasks) live through state intervals that partition their life exactly. Objects (locks,
 * semaphores, pipes …) are held, waited for and enabled. A wait belongs to one interval; it knows its object, who held it,
 * who ended it. Everything that was observed carries its evidence: the emitter and sequence number of the event that said it.
 *
 * Struct of arrays with 32-bit indices; HD_NONE is no index. Immutable once built: any thread may read it. All times are
 * nanoseconds since the recording's start. Strings belong to the model and are valid UTF-8 (names from the trace are data: they are
 * escaped where they are shown).
 */
#pragma once
#include "log.h"
#include "schema.h"
#include <glib.h>

G_BEGIN_DECLS

#define HD_NONE G_MAXUINT32

typedef enum { HD_ACTOR_PROCESS, HD_ACTOR_THREAD, HD_ACTOR_TASK } HdActorKind;

/* A process that execs stays one process: the threads of its old image end there, and the new image has a main thread of its own,
 * a second one of that process. Of a thread whose begin was lost life begins with its first event. */

typedef struct {
  HdActorKind kind;
  const char *name; /* last name given, else its start routine; main for a main thread; a process: its program's base name, as asked for */
  guint32 ordinal;  /* of a thread or task: its number among those of its process that bear its name, from 1; 0: no other does */
  guint32 emitter;  /* 0: it emitted nothing itself (a process that only its parent saw) */
  guint32 process_id;
  guint32 thread_id;    /* of a task: its thread's */
  guint32 parent;       /* a thread's and a task's process, a process's parent process */
  guint32 creator;      /* actor that created or forked it; of a task maybe a task */
  guint32 routine_site; /* of its start routine */
  guint32 create_site;
  gint64 start_ns;
  gint64 end_ns;
  gboolean end_seen; /* FALSE: it was alive at the end of what was recorded, or nobody saw its end */
  gboolean outlived; /* still alive when the recording ended */
  gboolean exit_known;
  int exit;               /* of a process: code, or minus the signal */
  guint32 interval_first; /* its intervals, in order of time, without gaps; a process has none of its own */
  guint32 interval_count;
  guint32 hold_first; /* its part of actor_holds */
  guint32 hold_count;
  guint32 job_first, job_count;       /* its part of actor_jobs */
  guint32 step_first, step_count;     /* of a task: its part of steps; of a thread that runs tasks: its part of thread_steps */
  guint32 label_first, label_count;   /* its part of labels */
  guint32 loop;                       /* of a task: the object of its event loop, HD_NONE */
  guint32 task;                       /* of a task: the object that others await, HD_NONE when nobody referred to it */
  guint8 result;                      /* of a task whose end was seen: enum hd_task_result */
  gboolean daemon;                    /* nobody waits for its end */
  guint32 lost_count;                 /* events of it that were lost */
  gint64 lost_first_ns, lost_last_ns; /* the span in which they were lost */
} HdActor;

typedef struct {
  enum hd_object_kind kind;
  const char *name;    /* the program's name or variable, else "mutex #3, first locked in f (file:line)" */
  gboolean named;      /* FALSE: name is made up from a site or an address */
  guint32 process;     /* actor; HD_NONE for one that several processes share */
  guint64 address;     /* or the shared object's number */
  guint32 generation;  /* counts births at one address */
  guint32 create_site; /* HD_NONE: birth not seen */
  gint64 start_ns, end_ns;
  gboolean birth_seen;
  gboolean exclusive_owner;           /* FALSE: somebody who did not hold it has released it */
  gint64 initial_value;               /* permits, parties, bound; -1 unknown */
  guint32 flags;                      /* of object_begin */
  guint32 hold_first, hold_count;     /* its part of holds, sorted by begin */
  guint32 mark_first, mark_count;     /* its part of marks, sorted by time */
  guint32 wait_first, wait_count;     /* its part of object_waits */
  guint32 item_first, item_count;     /* its part of items */
  guint32 job_first, job_count;       /* of an executor or pool: its part of jobs */
  guint32 job;                        /* of a future: its job; HD_NONE */
  guint32 actor;                      /* of a task: its actor; of an event loop: the thread that ran it last; HD_NONE */
  guint32 member_first, member_count; /* of a group: its part of members */
} HdObject;

/* State intervals of all threads and tasks, each actor's contiguous. An interval ends where the next of its actor begins, the last with its
 * actor. */
typedef struct {
  guint32 count;
  gint64 *begin_ns;
  guint8 *state; /* enum hd_state */
  guint32 *wait; /* index of waits when the state is a wait or blocked, else HD_NONE; maybe of another actor: HdTaskStep */
} HdIntervals;

/* Waits and blocking calls. Sorted by actor, then begin. A condition wait that an interposed call made is cut in two, the wait proper up to
 * the notify and the re-acquire, when others held the lock for most of the time since; the site of the second has the operation
 * condition_reacquire. */
typedef struct {
  guint32 actor;
  guint32 object;  /* HD_NONE: none, or not known */
  guint32 partner; /* lock of a condition wait, the wait (index of waits) a re-acquire belongs to; else HD_NONE */
  guint32 site;
  guint32 stack;           /* HD_NONE: none taken */
  guint32 owner;           /* actor that the waiter saw as owner: a hint */
  guint32 waker;           /* actor that ended it, HD_NONE unknown; for a process its main thread, if it has one */
  guint32 target;          /* actor waited for (join, process wait), else HD_NONE */
  guint32 sequence;        /* evidence: of the actor's emitter; 0: it stood in the slot */
  gint64 begin_ns, end_ns; /* an open one ends with its actor */
  gint64 waker_ns;         /* when the waker did it */
  guint32 waker_site;
  gint32 descriptor;
  guint8 state;  /* enum hd_state */
  guint8 result; /* enum hd_wait_result */
  guint8 flags;  /* HD_OPERATION_FLAG_… of its operation */
  guint8 open;   /* it never ended while it was recorded */
} HdWait;

/* A time in which an actor held an object. An open one lasts as long as its object can: to the end of the object's process (of a shared
 * object: of the recording), also when its actor ended before. One whose end was not seen, but that somebody else's acquisition proves,
 * ends there and is not open. A hold that came through fork and was another thread's in the parent keeps that thread as its actor. */
typedef struct {
  guint32 object;
  guint32 actor;
  guint32 acquire_site;
  guint32 release_site; /* HD_NONE: not known, or open */
  guint32 release_stack;
  guint32 releaser; /* actor; differs from actor when somebody else released it */
  guint32 wait;     /* the wait that led to it, HD_NONE: it was free */
  guint32 sequence; /* evidence; 0: slot */
  gint64 begin_ns, end_ns;
  guint16 depth;    /* 1 the outermost of a re-entrant lock */
  guint8 shared;    /* a reader's */
  guint8 open;      /* never released while it was recorded */
  guint8 inherited; /* came through fork */
} HdHold;

/* A step of a task: an uninterrupted run on its loop's thread. Sorted by task, then begin. In a step what its thread does is the task's:
 * the task has the wait and the hold, by their begins. The thread's intervals show these waits, too (HdIntervals.wait then is a wait of
 * the task). An interpreter lock is always the thread's, which keeps it from step to step: the thread has the hold and the wait, and the
 * task's intervals show that wait. A task's intervals: running in its steps, but for waits there, which block its thread; after an await
 * the wait of what it awaits up to the moment it was made ready; else ready. An await is an HdWait like others; its waker made the task
 * ready. */
typedef struct {
  guint32 task;     /* actor */
  guint32 thread;   /* actor that ran it */
  guint32 sequence; /* evidence: of the thread's emitter */
  guint32 end_site; /* of the await, yield or end that ended it; HD_NONE: that was not seen, and what it did then is unknown */
  gint64 begin_ns, end_ns;
} HdTaskStep;

/* A value of a context variable, as the actor saw it from then on: inherited when it was made, or set. Sorted by actor, then time. */
typedef struct {
  guint32 actor;
  guint32 site; /* where it was set; HD_NONE: inherited */
  const char *variable;
  const char *value; /* NULL: it has none from then on */
  gint64 from_ns;
} HdLabel;

/* An instant on an object or actor: post, notify, take, set, misuse … Those that only say where a task is (its steps, awaits, that it was
 * made ready, its end) are no marks: they stand in steps, waits and actors. */
typedef struct {
  guint32 object;
  guint32 actor;
  guint32 site; /* whose operation says what it is */
  guint32 stack;
  guint32 sequence;
  gint64 at_ns;
  gint64 value; /* as its operation says; of one on a thread, process or task that actor, -1 unknown */
  gint32 error; /* misuse: its code; else 0 */
} HdMark;

/* What was put into a queue or sent through a pipe, and who got it. Sorted by object, then put_ns. Of an item whose put was not seen
 * put_actor is HD_NONE and put_ns get_ns; of one that nobody got, get_actor is HD_NONE and get_ns the object's end, or when a queue that
 * was shut down dropped it. */
typedef struct {
  guint32 object;
  guint32 number; /* among the object's, as its program counted */
  guint32 put_actor, put_site, put_sequence;
  guint32 get_actor, get_site, get_sequence;
  gint64 put_ns, get_ns;
} HdItem;

/* A job of an executor or pool, a callback of an event loop, an entry of an event scheduler: submitted, begun by a worker, ended. Sorted by
 * executor, then submit_ns. What was not seen: HD_NONE and the time of what came next; what did not happen: HD_NONE and the executor's end.
 */
typedef struct {
  guint32 executor; /* object */
  guint32 future;   /* object; HD_NONE when nobody referred to it */
  guint32 number;   /* of its future */
  guint32 submitter, submit_site, submit_sequence;
  guint32 routine_site; /* the job's own routine, of one that begun; HD_NONE when it was not told */
  guint32 worker, begin_sequence, end_sequence;
  gint64 submit_ns, begin_ns, end_ns;
  gint64 planned_ns;     /* of an entry of an event scheduler (of a callback that told it so): when it shall begin; of others -1 */
  gint32 priority;       /* of such an entry */
  gboolean begun, ended; /* a cancelled one never begins, and has ended */
  guint8 result;         /* enum future_result, of an ended one */
} HdJob;

typedef enum {
  HD_LINK_CREATE,
  HD_LINK_FORK,
  HD_LINK_JOIN,
  HD_LINK_HANDOVER,
  HD_LINK_NOTIFY,
  HD_LINK_POST,
  HD_LINK_BARRIER,
  HD_LINK_PIPE,
  HD_LINK_REAP,
  HD_LINK_ITEM,   /* from the put of an item to its get */
  HD_LINK_JOB,    /* from a job's submission to its begin */
  HD_LINK_RESULT, /* from a future's end to who waited for it */
  HD_LINK_CANCEL, /* from who asked a task to end to that task */
  HD_LINK_AWAIT   /* from a task's end to the task that awaited it; of a group the last one that ended */
} HdLinkKind;
typedef struct {
  HdLinkKind kind;
  guint32 from_actor, to_actor;
  guint32 object; /* HD_NONE for create, fork, join */
  gint64 from_ns, to_ns;
} HdLink;

/* A place in the code. */
typedef struct {
  guint32 number; /* in the trace */
  enum hd_operation operation;
  guint32 module; /* index of modules, HD_NONE */
  guint64 offset;
  const char *function; /* NULL unknown */
  const char *file;     /* NULL unknown */
  guint32 line;
  const char *callers; /* "f, g": the functions into which the compiler inlined it, innermost first; NULL: none, or not known */
} HdSite;

typedef struct {
  guint32 number;
  const char *path;
  guint64 base;
  guint32 process;  /* actor in which it was seen first */
  gboolean symbols; /* some function of it could be named */
} HdModule;

/* A frame of a stack, or of an inlined call. */
typedef struct {
  guint32 module;
  guint64 offset;
  const char *function, *file;
  guint32 line;
} HdFrame;
typedef struct {
  guint32 first, count; /* of frames; innermost first */
} HdStack;

#define HD_HOLD_PART 128

typedef struct {
  const HdLogInfo *info;
  gint64 duration_ns;  /* from the start to the last thing seen or the program's end */
  gint64 judged_ns;    /* moment of judgement: the interrupt, else the end */
  guint process_count; /* those only their parent saw included */
  gboolean complete;   /* nothing lost, proper end */

  HdActor *actors;
  guint actor_count; /* processes by start, each before its threads, which stand in the order of their creation, each before the tasks that
                        began on it (or were made by it, and never began), in the order of theirs */
  HdObject *objects;
  guint object_count;
  HdIntervals intervals;
  HdWait *waits;
  guint wait_count;
  guint32 *object_waits; /* indices of the waits that have an object, sorted by it, then begin */
  HdHold *holds;
  guint hold_count;
  guint32 *actor_holds;   /* indices of holds, sorted by actor, then begin */
  gint64 *hold_part_ends; /* of each HD_HOLD_PART holds the latest end; NULL in a model made by hand */
  gint64 *hold_past_ends; /* the latest end among the holds of the same object up to the end of that part */
  HdMark *marks;
  guint mark_count; /* sorted by object, then time; those without object last */
  HdItem *items;
  guint item_count;
  HdJob *jobs;
  guint job_count;
  guint32 *actor_jobs; /* indices of jobs that begun, sorted by worker, then begin */
  HdTaskStep *steps;
  guint step_count;
  guint32 *thread_steps; /* indices of steps, sorted by thread, then begin */
  guint32 *members;      /* actors: tasks of groups, by group */
  guint member_count;
  HdLabel *labels; /* at most 8 million: of more the rest is counted in unobserved */
  guint label_count;
  HdLink *links;
  guint link_count; /* sorted by to_ns */
  HdSite *sites;
  guint site_count;
  HdModule *modules;
  guint module_count;
  HdFrame *frames;
  guint frame_count;
  HdStack *stacks;
  guint stack_count;
  const char **unobserved;
  guint unobserved_count; /* sentences: what the program's side could not record */
} HdModel;

/* Progress of long work: fraction 0..1, what it does now. Return FALSE to cancel. Called in the working thread. */
typedef gboolean (*HdProgress)(double fraction, const char *what, gpointer user_data);

#define HD_MODEL_ERROR (hd_model_error_quark())
GQuark hd_model_error_quark(void);
typedef enum { HD_MODEL_ERROR_CANCELLED } HdModelError;

/* Builds the model. Takes the log (the model needs its strings). NULL with error HD_MODEL_ERROR_CANCELLED when progress said so. */
HdModel *hd_model_new(HdLog *log, HdProgress progress, gpointer user_data, GError **error);
void hd_model_free(HdModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdModel, hd_model_free)

/* Intervals are meant by their index in model->intervals here, not by their number within the actor. */
/* End of an interval of an actor. */
gint64 hd_model_interval_end_ns(const HdModel *model, guint32 actor, guint32 interval);
/* The actor's interval that covers a time (binary search); HD_NONE outside its life. */
guint32 hd_model_interval_at(const HdModel *model, guint32 actor, gint64 at_ns);
/* The step that a thread was in at a time (binary search); HD_NONE: in none. */
guint32 hd_model_step_at(const HdModel *model, guint32 thread, gint64 at_ns);
/* The holds that cover a time, of an object: index of the first one (of the outermost depth); HD_NONE when free. */
guint32 hd_model_holder_at(const HdModel *model, guint32 object, gint64 at_ns);
/* The last of an object's holds before that index of holds which lasts beyond a time (an open one: to it); HD_NONE. Quick also when
 * millions of readers lie between. */
guint32 hd_model_hold_before(const HdModel *model, guint32 object, guint32 before, gint64 at_ns);
/* The first of an object's holds from that index of holds on that began after a time; the end of its holds when none did. Quick when it is
 * near. */
guint32 hd_model_hold_after(const HdModel *model, guint32 object, guint32 from, gint64 at_ns);
/* Time an actor spent in each state: HD_STATE_COUNT sums. */
void hd_model_state_times(const HdModel *model, guint32 actor, gint64 *states_ns);
/* "function (file:line)", with " in caller" when it was inlined; "function (module)", "module+0x1234"; never empty. The caller frees it. */
char *hd_model_site_text(const HdModel *model, guint32 site);
char *hd_model_frame_text(const HdModel *model, guint32 frame);
/* What an actor is called wherever it is shown: its name made safe, with its number when it shares it ("worker #3"). The caller frees it.
 */
char *hd_model_actor_label(const HdModel *model, guint32 actor);
/* The error of a misuse's mark, by name ("HD_ERROR_NOT_OWNER", "EPERM") and in words. Static. */
const char *hd_model_error_name(gint32 error);
const char *hd_model_error_text(gint32 error);
/* A name made safe to show: control and bidirectional characters escaped, at most max_chars characters, the middle left out. */
char *hd_display_name(const char *name, guint max_chars);
/* "17.2 ms", "6.8 s", "340 ns": three significant digits. */
char *hd_format_duration(gint64 duration_ns);

G_END_DECLS
