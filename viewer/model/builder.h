/* What the model's builder keeps while it works. Private to this folder.
 *
 * The log is read twice. The first reading (scan.c) collects what is rare: lives of processes and threads, definitions, births
 * of objects and tasks. From it come the actors (processes.c, actors.c), the sites (sites.c) and the places of objects (objects.c). Where
 * there are tasks a reading of its own finds their steps (steps.c), since who acts follows from them. The second reading (operations.c)
 * turns operations into holds, waits and marks, which are then put in order and connected: holds.c, inherit.c, awaits.c, items.c, jobs.c,
 * conditions.c, wakers.c, transfers.c, handover.c, wrappers.c, links.c, groups.c, labels.c, intervals.c. At the end everything gets its
 * name (names.c).
 *
 * All of it must bear nonsense: a log may be damaged, its stamps may run backwards, its numbers may mean nothing.
 */
#pragma once
#include "model.h"

/* A growing array of at most 2^32 - 1 items. */
#define HD_VECTOR(type)                                                                                                                    \
  struct {                                                                                                                                 \
    type *items;                                                                                                                           \
    guint32 count, capacity;                                                                                                               \
  }
/* The place of a new item at its end; not cleared. */
#define hd_vector_add(vector)                                                                                                              \
  (G_UNLIKELY((vector)->count == (vector)->capacity)                                                                                       \
       ? (void)((vector)->items = hd_vector_grow((vector)->items, &(vector)->capacity, sizeof *(vector)->items))                           \
       : (void)0,                                                                                                                          \
   &(vector)->items[(vector)->count++])
gpointer hd_vector_grow(gpointer items, guint32 *capacity, gsize item_bytes);

/* Work on the items from begin to end (exclusive) of [0, count), in parts that are done at the same time on all processors, none of them
 * smaller than least. Returns when all of it is done. The parts must not touch each other's items. */
typedef void (*HdPartWork)(gpointer data, gsize begin, gsize end);
void hd_in_parts(gsize count, gsize least, HdPartWork work, gpointer data);

/* The order of items by group, then time, then as they stood: a permutation, owned by the caller. Groups from group_count on (HD_NONE)
 * come last. Linear when each group's items stand in few runs already sorted by time, as one emitter's do. */
guint32 *hd_order(gconstpointer items, gsize item_bytes, guint32 count, gsize group_offset, guint32 group_count, gsize time_offset);
#define HD_ORDER(vector, type, group, group_count, time)                                                                                   \
  hd_order((vector)->items, sizeof(type), (vector)->count, G_STRUCT_OFFSET(type, group), group_count, G_STRUCT_OFFSET(type, time))
/* Items in that order: the same array, or a new one and the old one is freed. */
gpointer hd_reorder(gpointer items, gsize item_bytes, guint32 count, const guint32 *order);
/* A vector's items in that order. */
#define hd_vector_reorder(vector, order)                                                                                                   \
  do {                                                                                                                                     \
    (vector)->items = hd_reorder((vector)->items, sizeof *(vector)->items, (vector)->count, order);                                        \
    (vector)->capacity = (vector)->count;                                                                                                  \
  } while (0)

/* A thing that happened to a process, as somebody told it. */
typedef enum {
  HD_LIFE_FORK,
  HD_LIFE_SPAWN,
  HD_LIFE_BEGIN,
  HD_LIFE_EXEC,
  HD_LIFE_STATUS,
  HD_LIFE_END,
  HD_LIFE_NAME,
  HD_LIFE_DAEMON
} HdLifeKind;
typedef struct {
  gint64 at_ns;
  guint32 kind;    /* HdLifeKind */
  guint32 emitter; /* who told it */
  guint32 number;  /* of the process that it is about; 0 unknown */
  guint32 parent_number;
  guint32 process_id, parent_process_id;
  guint32 site; /* in the trace */
  gint32 status;
  gboolean by_exec;    /* of a begin */
  const char *program; /* or its name */
} HdLife;

/* An image of a process: from its start or exec to its exec or end. Addresses mean something within an image. */
typedef struct {
  guint32 number;
  guint32 process;      /* index of processes */
  guint32 forked_from;  /* image whose memory it began with, HD_NONE */
  guint32 fork_emitter; /* thread that forked it; 0 unknown */
  guint32 main_actor;   /* HD_NONE when it has no thread */
  gint64 fork_ns;
  gint64 start_ns, end_ns; /* end: set once the processes' ends are known */
} HdImage;

typedef struct {
  guint32 process_id;
  guint32 parent;          /* index of processes, HD_NONE */
  guint32 creator_emitter; /* 0 unknown */
  guint32 create_site;     /* in the trace */
  guint32 image_last;
  guint32 emitter; /* of its first image, 0: it emitted nothing */
  guint32 actor;
  const char *program; /* what its last image is called */
  const char *asked;   /* what it is about to exec, as it was asked for; NULL */
  gint64 start_ns, end_ns;
  gint64 last_ns; /* last thing that its threads said */
  gint64 exit_ns; /* when its last thread left the CPU for ever; G_MININT64 unknown */
  gint64 name_ns;
  const char *name; /* last given by the program, NULL */
  int exit;
  gboolean exit_known, ended, reaped, began, exec_announced, open, end_seen, outlived, daemon;
} HdProcess;

/* What is known of a thread, by its emitter number. */
typedef struct {
  guint32 number;
  guint32 process_number; /* 0 unknown */
  guint32 thread_id;
  guint32 creator;              /* emitter, 0 unknown */
  guint32 routine, create_site; /* in the trace */
  guint32 image;
  guint32 actor;
  guint32 log_emitter; /* index of the log's emitters, HD_NONE: it said nothing */
  gint64 create_ns;
  gint64 start_ns, end_ns;
  gint64 exit_ns;           /* when it left the CPU for ever; G_MAXINT64 unknown */
  gint64 first_ns, last_ns; /* of its events */
  gint64 name_ns;
  const char *name; /* last given, NULL */
  gboolean created, begun, ended, open, daemon;
  guint32 step_first, step_count; /* its part of the builder's steps, by begin */
} HdThread;

/* A task that somebody was seen to make. Its reference is HD_OBJECT_SHARED_BIT | number. */
typedef struct {
  guint32 number;
  guint32 emitter;              /* who told its creation */
  guint32 thread;               /* index of threads: of its first step, else of who made it */
  guint32 last_thread;          /* of its last step */
  guint32 create_site, routine; /* in the trace */
  guint32 actor;
  guint64 loop, context, context_from; /* references */
  gint64 create_ns, end_ns;
  gint64 first_ns, last_ns; /* of its steps */
  const char *name;         /* given, or empty */
  guint8 result;
  gboolean ended;
} HdTask;

/* Somebody made a task ready. */
typedef struct {
  gint64 at_ns;
  guint32 task, actor; /* actors */
  guint32 site;
  guint8 result; /* enum hd_wait_result */
} HdReady;

/* What is told of contexts, labels.c. */
typedef enum { HD_CONTEXT_COPY, HD_CONTEXT_VALUE, HD_CONTEXT_ENTER, HD_CONTEXT_TASK } HdContextKind;
typedef struct {
  gint64 at_ns;
  guint64 context, from;
  guint32 kind;                 /* HdContextKind */
  guint32 emitter;              /* who told it */
  guint32 task;                 /* of a task's begin: index of tasks */
  guint32 site;                 /* in the trace */
  const char *variable, *value; /* value NULL: it has none any more */
} HdContextEvent;

/* An entry of an event scheduler. */
typedef struct {
  guint64 key; /* object << 32 | number */
  gint64 planned_ns;
  gint32 priority;
  guint32 routine; /* site index */
} HdScheduleEntry;

/* A birth (or end) of an object: what lies at its place from then on is another one. */
typedef struct {
  gint64 at_ns;
  guint64 reference;
  guint32 image; /* at scan: the emitter number */
  guint32 place;
  guint32 object; /* first of the objects that live from here on, chained by object_next */
  guint32 site;   /* in the trace */
  gint64 value;
  const char *name;
  guint8 kind, flags;
  gboolean begin;
} HdBoundary;

/* An address in an image, or a shared place. */
typedef struct {
  guint64 reference;
  guint32 image; /* HD_NONE for a shared one */
  guint32 boundary_first, boundary_count;
  guint32 object; /* first of the objects that live before the first boundary */
} HdPlace;

typedef struct {
  gint64 at_ns;
  guint64 reference;
  guint32 emitter;
  const char *name;
} HdGivenName;

typedef struct {
  guint64 reference;
  guint64 device, inode, offset;
  guint8 kind;
  const char *path;
} HdShared;

/* An acquisition sent early, or the release of one: to be paired. */
typedef struct {
  gint64 at_ns;
  guint32 object;
  guint32 actor;
  guint32 site, stack;
  guint32 sequence;
  guint8 release;
  guint8 shared;
} HdLoose;

/* Where a module lay in memory. */
typedef struct {
  guint64 begin, end;
  guint32 emitter; /* who saw it */
} HdMapping;

/* A cached object of a reference. */
typedef struct {
  guint64 reference;
  guint32 image;
  guint32 kind;
  guint32 object;
} HdObjectHit;
#define HD_OBJECT_HIT_COUNT 1024

typedef struct {
  HdModel *model;
  HdLog *log;
  GStringChunk *strings;
  guint64 origin_ns; /* stamp of the recording's start */
  gint64 limit_ns;   /* no time of the model lies behind it */
  HdProgress progress;
  gpointer user_data;
  gboolean cancelled;

  /* scan */
  HD_VECTOR(HdLife) lives;
  HD_VECTOR(HdThread) threads;
  GHashTable *thread_numbers; /* emitter number -> index of threads + 1 */
  HD_VECTOR(HdBoundary) boundaries;
  HD_VECTOR(HdGivenName) object_names;
  HD_VECTOR(HdShared) shared;
  GHashTable *shared_numbers; /* guint64* reference -> index of shared + 1, the first one of that place */

  HD_VECTOR(HdTask) tasks;
  GHashTable *task_numbers; /* number -> index of tasks + 1 */
  HD_VECTOR(HdContextEvent) context_events;
  guint64 unknown_task_count; /* operations of tasks whose creation was not seen */
  guint64 label_missing_count;

  guint64 unobserved_counts[HD_UNOBSERVED_WHAT_COUNT];
  GHashTable *unobserved_details; /* texts said already */
  HD_VECTOR(const char *) unobserved;

  /* actors */
  HD_VECTOR(HdImage) images;
  GHashTable *image_numbers; /* process number -> index of images + 1 */
  HD_VECTOR(HdProcess) processes;
  GHashTable *process_ids; /* pid -> GArray of process indices, by start */
  GHashTable *thread_ids;  /* tid -> GArray of actor indices */
  GHashTable *exits;       /* tid -> GArray of gint64: its exits in the schedule */

  /* steps: by thread, then begin. Until the actors are known task is an index of tasks, thread one of threads */
  HD_VECTOR(HdTaskStep) steps;
  guint8 *step_taken; /* of each step: the await that ended it was found */

  /* sites */
  HD_VECTOR(HdSite) sites;
  HD_VECTOR(HdModule) modules;
  HD_VECTOR(HdMapping) mappings; /* of the modules, by index */
  HD_VECTOR(HdFrame) frames;
  HD_VECTOR(HdStack) stacks;
  guint32 *small_sites;                                     /* site number below 2^HD_BATCH_SITE_BITS -> index */
  GHashTable *large_sites, *module_numbers, *stack_numbers; /* number -> index + 1 */
  GRegex *usual_wrappers;
  GHashTable *wrapper_verdicts; /* function (pointer of strings) -> 1: a wrapper, -1: not */
  GHashTable *outer_sites;      /* site and place -> index + 1 of the site there */
  GHashTable *reacquire_sites;  /* index of a condition wait's site -> index + 1 of the same place's re-acquire */

  /* objects */
  HD_VECTOR(HdPlace) places;
  guint32 *place_table; /* open addressing; HD_NONE is free */
  guint32 place_table_mask;
  HD_VECTOR(HdObject) objects;
  HD_VECTOR(guint32) object_next;
  HD_VECTOR(guint32) object_places;
  HdObjectHit *object_hits;

  /* operations */
  HD_VECTOR(HdHold) holds;
  HD_VECTOR(HdLoose) loose;
  HD_VECTOR(HdLoose) orphans; /* releases of nothing that was seen */
  HD_VECTOR(HdMark) marks;
  HD_VECTOR(HdWait) waits;
  HD_VECTOR(HdLink) links;
  guint32 *mark_partners; /* of a mark of an item: the mark of the other half, HD_NONE; NULL when there are no items */
  HD_VECTOR(HdItem) items;
  HD_VECTOR(HdJob) jobs;
  HD_VECTOR(HdReady) readies;
  HD_VECTOR(HdScheduleEntry) schedule_entries;
  HD_VECTOR(guint32) members;
  HD_VECTOR(HdLabel) labels;
} HdBuilder;

/* Time of a stamp: within [0, limit_ns]. */
static inline gint64 hd_builder_time(const HdBuilder *builder, guint64 stamp_ns) {
  if (stamp_ns <= builder->origin_ns) return 0;
  guint64 time_ns = stamp_ns - builder->origin_ns;
  return time_ns < (guint64)builder->limit_ns ? (gint64)time_ns : builder->limit_ns;
}
/* The object of a batch's first word. */
static inline guint64 hd_batch_reference(guint64 word) {
  guint64 place = word >> HD_BATCH_SITE_BITS;
  return place & HD_BATCH_OBJECT_SHARED_BIT ? HD_OBJECT_SHARED_BIT | (place & (HD_BATCH_OBJECT_SHARED_BIT - 1)) : place << 2;
}
/* Says how far it is; FALSE when the work shall stop. */
gboolean hd_builder_progress(HdBuilder *builder, double fraction, const char *what);
/* A text of the trace as valid UTF-8 that lives as long as the model; NULL for an empty one. */
const char *hd_builder_text(HdBuilder *builder, const char *text);
/* Number -> index tables: HD_NONE when it is not there. */
static inline guint32 hd_number_find(GHashTable *table, guint32 number) {
  return GPOINTER_TO_UINT(g_hash_table_lookup(table, GUINT_TO_POINTER(number))) - 1;
}
static inline void hd_number_set(GHashTable *table, guint32 number, guint32 index) {
  g_hash_table_insert(table, GUINT_TO_POINTER(number), GUINT_TO_POINTER(index + 1));
}

/* scan.c */
void hd_scan(HdBuilder *builder);
HdThread *hd_thread_find(HdBuilder *builder, guint32 number); /* NULL when unknown */

/* tasks.c */
void hd_scan_task(HdBuilder *builder, const struct hd_event_task_create *event);
void hd_scan_context(HdBuilder *builder, const HdEvent *event);
/* Index of tasks of a reference; HD_NONE when nobody was seen to make it. */
guint32 hd_task_find(const HdBuilder *builder, guint64 reference);
/* Once the threads' lives are known: lives of tasks. */
void hd_bound_tasks(HdBuilder *builder);
/* Once there are actors and places: steps refer to actors, tasks to their loops. */
void hd_connect_tasks(HdBuilder *builder);
/* The objects by which tasks are awaited. */
void hd_finish_task_objects(HdBuilder *builder);

/* steps.c */
void hd_build_steps(HdBuilder *builder); /* before there are actors */
void hd_bound_steps(HdBuilder *builder); /* once the threads' lives are known */
void hd_sort_steps(HdBuilder *builder);  /* once nobody asks any more who acted: by task, and each actor's range */
/* The step (index) of a thread that covers a time; HD_NONE. *near is where the last search of that thread ended, at first its step_first.
 * At the end of a step an instant still belongs to it, what lasts does not. */
guint32 hd_step_at(const HdBuilder *builder, const HdThread *thread, gint64 at_ns, gboolean instant, guint32 *near);
/* The step that ended at a time with that site, which is told once; HD_NONE. */
guint32 hd_step_take_end(HdBuilder *builder, const HdThread *thread, gint64 at_ns, guint32 site, guint32 *near);

/* awaits.c: who ended awaits, and when. After steps and waits are sorted. */
void hd_end_awaits(HdBuilder *builder);
/* groups.c */
void hd_build_members(HdBuilder *builder);
void hd_find_loop_threads(HdBuilder *builder);

/* labels.c */
void hd_build_labels(HdBuilder *builder);

/* unobserved.c */
void hd_note_unobserved(HdBuilder *builder, const struct hd_event_unobserved *event);
void hd_build_unobserved(HdBuilder *builder);

/* processes.c: processes and images from the lives. */
void hd_build_processes(HdBuilder *builder);
/* The process that had a pid at a time; HD_NONE. */
guint32 hd_process_at(HdBuilder *builder, guint32 process_id, gint64 at_ns);

/* exits.c */
void hd_build_exits(HdBuilder *builder);
/* The first exit of a thread id from then on; G_MAXINT64 when none was seen. */
gint64 hd_exit_after(const HdBuilder *builder, guint32 thread_id, gint64 from_ns);

/* actors.c: ends of lives; the model's actors. */
void hd_build_actors(HdBuilder *builder);
guint32 hd_actor_of_emitter(HdBuilder *builder, guint32 number);
guint32 hd_actor_of_thread_id(HdBuilder *builder, guint32 thread_id, gint64 at_ns);

/* sites.c */
void hd_define_module(HdBuilder *builder, const struct hd_event_module *event);
void hd_define_code_site(HdBuilder *builder, const struct hd_event_code_site *event);
void hd_define_source_site(HdBuilder *builder, const struct hd_event_source_site *event);
void hd_define_stack(HdBuilder *builder, const struct hd_event_stack *event);
void hd_build_sites(HdBuilder *builder);                          /* functions and lines */
guint32 hd_site_index(const HdBuilder *builder, guint32 number);  /* HD_NONE */
guint32 hd_stack_index(const HdBuilder *builder, guint32 number); /* HD_NONE */
guint32 hd_reacquire_site(HdBuilder *builder, guint32 site);
static inline const struct hd_operation_info *hd_site_operation(const HdBuilder *builder, guint32 site) {
  return &hd_operations[site < builder->sites.count ? builder->sites.items[site].operation : HD_OPERATION_NONE];
}

static inline gboolean hd_is_await(const HdBuilder *builder, const HdWait *wait) {
  return hd_site_operation(builder, wait->site)->role == HD_ROLE_AWAIT;
}
/* An await whose end was told: nobody else ended it. */
static inline gboolean hd_is_told(const HdBuilder *builder, const HdWait *wait) {
  return wait->waker != HD_NONE && hd_is_await(builder, wait);
}

/* wrappers.c */
/* Whether a function only passes an operation on: by its name, or since it lies in a system header. function: a text of the builder. */
gboolean hd_is_wrapper(HdBuilder *builder, const char *function, const char *file);
/* The site itself, or, when it lies in a wrapper, the same operation at the first place of the stack outside of wrappers. */
guint32 hd_site_outside(HdBuilder *builder, guint32 site, guint32 stack);
/* Where the holds that a wait led to were asked for: known by the wait's stack. */
void hd_unwrap_holds(HdBuilder *builder);

/* objects.c */
void hd_build_places(HdBuilder *builder);
/* The object at a reference at a time, made when it is new; HD_NONE for kinds that are no objects. */
guint32 hd_object_at(HdBuilder *builder, guint32 image, guint64 reference, enum hd_object_kind kind, gint64 at_ns);
/* The same without making one. */
guint32 hd_object_find(HdBuilder *builder, guint32 image, guint64 reference, enum hd_object_kind kind, gint64 at_ns);
void hd_finish_objects(HdBuilder *builder); /* ends, generations, given names */

/* operations.c: the second reading. */
void hd_read_operations(HdBuilder *builder);

/* holds.c */
void hd_pair_loose(HdBuilder *builder);
void hd_sort_holds(HdBuilder *builder); /* and sets each object's and actor's range */
void hd_finish_holds(HdBuilder *builder);
void hd_index_hold_ends(HdBuilder *builder); /* once they are known */
/* The last hold of an object that began before a time; HD_NONE. */
guint32 hd_hold_before(const HdBuilder *builder, guint32 object, gint64 before_ns);
/* A hold of an object by another than this actor that overlaps (from, to); HD_NONE. */
guint32 hd_hold_of_other(const HdBuilder *builder, guint32 object, guint32 actor, gint64 from_ns, gint64 to_ns);

/* inherit.c: holds that came through fork; TRUE when there are some (holds are to be sorted again). */
gboolean hd_inherit_holds(HdBuilder *builder);

/* waits.c */
void hd_sort_marks(HdBuilder *builder);
void hd_sort_waits(HdBuilder *builder);
void hd_index_object_waits(HdBuilder *builder);

/* items.c: what carries a number among an object's. */
static inline gboolean hd_has_number(const struct hd_operation_info *operation) {
  return operation->flags & HD_OPERATION_FLAG_ITEM || operation == &hd_operations[HD_OPERATION_SCHEDULE_ENTER];
}
typedef struct {
  guint32 object;
  guint32 index; /* of what it stands for */
  gint64 number;
  gint64 at_ns;
} HdNumbered;
/* For each get the index of its put, HD_NONE: of puts of its number on its object the last one before it, each used once. Both stand by
 * object, then time. The caller owns the result. */
guint32 *hd_match_numbers(const HdNumbered *puts, guint32 put_count, const HdNumbered *gets, guint32 get_count, guint32 object_count);
void hd_build_items(HdBuilder *builder);

/* jobs.c */
void hd_build_jobs(HdBuilder *builder);
const HdMark *hd_future_done(const HdBuilder *builder, const HdObject *future); /* NULL: it did not end */

/* wakers.c, transfers.c, conditions.c, handover.c, links.c */
void hd_find_wakers(HdBuilder *builder);
void hd_find_transfers(HdBuilder *builder);
gboolean hd_split_condition_waits(HdBuilder *builder); /* TRUE when there are more waits now, sorted again */
void hd_find_handovers(HdBuilder *builder);
void hd_build_links(HdBuilder *builder);

/* intervals.c */
void hd_build_intervals(HdBuilder *builder);

/* names.c */
void hd_build_names(HdBuilder *builder);
/* Numbers the threads that share a name: HdActor.ordinal. */
void hd_number_actors(HdModel *model);
