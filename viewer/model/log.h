/* The log: a recording's events as they were sent, decoded but not yet understood. load makes it, the model builder reads it.
 *
 * Events stand by emitter, each emitter's in the order of its sequence numbers. What a thread's slot still held stands at the
 * end of its emitter's events, put as the events that would have been sent: a pending batch as HD_EVENT_BATCH, an open hold
 * as HD_EVENT_ACQUIRED, the wait or call it was in as HD_EVENT_WAIT or HD_EVENT_CALL with at_ns == HD_LOG_OPEN_NS. So an
 * emitter's events are in the order of their sequence, not of their stamps: a section is sent at its end.
 *
 * Stamps in a log are CLOCK_MONOTONIC of the traced machine; the model's times are relative to info->started_ns.
 * Words of batches and stacks may be unaligned: read them by hd_log_word().
 * A log is immutable; any thread may read it. Events may be decoded at every read: what an HdEvent points to (texts, words) lives
 * as long as the log.
 */
#pragma once
#include "schema.h"
#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

#define HD_LOG_OPEN_NS G_MAXUINT64

typedef struct {
  enum hd_event_id id;
  union {
    struct {
      uint32_t emitter, sequence;
      uint64_t at_ns;
    } common; /* what all begin with */
    struct hd_event_process_begin process_begin;
    struct hd_event_process_fork process_fork;
    struct hd_event_process_spawn process_spawn;
    struct hd_event_process_exec process_exec;
    struct hd_event_process_status process_status;
    struct hd_event_process_end process_end;
    struct hd_event_thread_create thread_create;
    struct hd_event_thread_begin thread_begin;
    struct hd_event_thread_end thread_end;
    struct hd_event_thread_detach thread_detach;
    struct hd_event_actor_name actor_name;
    struct hd_event_object_begin object_begin;
    struct hd_event_object_end object_end;
    struct hd_event_object_name object_name;
    struct hd_event_shared_object shared_object;
    struct hd_event_batch batch;
    struct hd_event_acquired acquired;
    struct hd_event_released released;
    struct hd_event_operation operation;
    struct hd_event_wait wait;
    struct hd_event_call call;
    struct hd_event_misuse misuse;
    struct hd_event_module module;
    struct hd_event_code_site code_site;
    struct hd_event_source_site source_site;
    struct hd_event_stack stack;
    struct hd_event_unobserved unobserved;
    struct hd_event_process_name process_name;
    struct hd_event_daemon daemon;
    struct hd_event_task_create task_create;
    struct hd_event_context_copy context_copy;
    struct hd_event_context_value context_value;
    struct hd_event_context_enter context_enter;
    struct hd_event_schedule_entry schedule_entry;
  };
} HdEvent;

/* One emitter's part of the log. */
typedef struct {
  guint32 number;
  guint32 lost_count; /* gaps in its sequence */
  guint64 first;      /* index of its first event */
  guint64 count;
  guint64 lost_first_ns; /* stamps around its losses: the event before the first gap, the one after the last; 0 when none */
  guint64 lost_last_ns;
} HdLogEmitter;

/* A switch of the CPU schedule; sorted by time. */
typedef enum { HD_SWITCH_IN, HD_SWITCH_OUT_BLOCKED, HD_SWITCH_OUT_PREEMPTED, HD_SWITCH_EXIT } HdSwitchKind;
typedef struct {
  guint64 at_ns;
  guint32 process_id;
  guint32 thread_id;
  guint16 cpu;
  guint8 kind; /* HdSwitchKind */
} HdSwitch;

/* What recording.json says, and what load noticed. Strings may be NULL. */
typedef struct {
  char *path;       /* of the recording or trace */
  char *program;    /* as it was given */
  char **arguments; /* NULL-terminated, the program first */
  char *host;
  char *directory;            /* working directory of the program */
  char *seed, *gil;           /* what HEDDLE_SEED and HEDDLE_GIL were; NULL: not set */
  char *version;              /* of the recorder */
  gint64 started_realtime_ns; /* since the epoch; 0 unknown */
  guint64 started_ns;
  guint64 ended_ns;
  guint64 interrupted_ns;      /* 0: it was not */
  guint32 process_id;          /* of the program; 0 unknown */
  guint32 recorder_process_id; /* 0 unknown */
  gboolean exit_known;
  int exit;             /* code, or minus the signal */
  gboolean in_progress; /* no end was recorded, and the recorder lives */
  gboolean schedule_observed;
  char *schedule_reason; /* why not */
  gboolean foreign;      /* not made by heddle record */
  gboolean actors_known; /* FALSE: a foreign trace without thread ids */
  guint64 event_count;   /* operations included: those in batches count one by one */
  guint64 lost_count;    /* by gaps in the sequences; never by LTTng's own counters */
  guint64 unknown_count; /* events of a newer schema, skipped */
  gboolean damaged;      /* something could not be read */
  GPtrArray *notes;      /* of char*: sentences for the banner, damage and truncation first */
  GArray *outlived;      /* of guint32: pids that were alive at the recording's end */
} HdLogInfo;

typedef struct HdLog HdLog;
typedef void (*HdLogRead)(const HdLog *log, guint64 index, HdEvent *event);

struct HdLog {
  HdLogInfo *info;        /* owned */
  HdLogEmitter *emitters; /* owned; sorted by number */
  guint emitter_count;
  HdSwitch *switches; /* owned */
  guint64 switch_count;
  HdLogRead read;  /* decodes the event at an index */
  gpointer source; /* what read needs; owned */
  GDestroyNotify source_free;
  GRegex *wrapper;     /* functions that only wrap an operation, besides the usual ones; owned; NULL: none. By their names without
                          template arguments and parameters. Sites are looked for outside of them. */
  GHashTable *symbols; /* of the recording's symbol file: guint64* (module << 44 | offset) -> HdLogSymbol*; may be NULL */
  GArray *variables;   /* of HdLogVariable, sorted by module, offset; may be NULL */
};

/* A code address, resolved. Inlined callers come as further symbols through next (outermost last). */
typedef struct HdLogSymbol {
  char *function; /* demangled; NULL unknown */
  char *file;     /* NULL unknown */
  guint32 line;
  struct HdLogSymbol *next;
} HdLogSymbol;

/* A variable in a module's data, by which an object at its address is called. */
typedef struct {
  guint32 module;
  guint64 offset;
  guint64 bytes;
  char *name;
} HdLogVariable;

/* Word number index of an event's words (operations, frames), which may be unaligned. */
static inline guint64 hd_log_word(const uint64_t *words, guint32 index) {
  guint64 word;
  memcpy(&word, (const char *)words + (gsize)index * sizeof word, sizeof word);
  return word;
}

HdLogInfo *hd_log_info_new(void);
void hd_log_info_free(HdLogInfo *info);
void hd_log_free(HdLog *log);
/* Empty tables for HdLog's symbols and variables, which own what is put into them (keys by g_new, strings by g_strdup). */
GHashTable *hd_log_symbols_new(void);
GArray *hd_log_variables_new(void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdLogInfo, hd_log_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdLog, hd_log_free)

/* A log of events given one by one, for tests and for text formats: copies them. Each emitter's events are put in the order of
 * their sequence numbers; those without one (0) come after them, as they were given. At the end emitters and losses are
 * counted, and started_ns and ended_ns become the first and last stamp seen; the caller may overwrite info. */
typedef struct HdLogWriter HdLogWriter;
HdLogWriter *hd_log_writer_new(void);
void hd_log_writer_add(HdLogWriter *writer, const HdEvent *event);
HdLog *hd_log_writer_end(HdLogWriter *writer); /* frees the writer; the caller owns the log */

G_END_DECLS
