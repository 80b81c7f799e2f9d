/* Runs heddle-foreign and reads what it writes, with a limit on how long it may be silent. */
#pragma once
#include "load.h"

typedef struct {
  char kind; /* HD_FOREIGN_UNSIGNED … */
  guint64 number;
  char *text; /* terminated */
  guint64 *words;
  guint32 word_count;
} HdForeignValue;

typedef struct {
  char *name;
  GPtrArray *fields; /* of char* */
} HdForeignClass;

typedef void (*HdForeignEvent)(const HdForeignClass *class, guint64 stamp_ns, const HdForeignValue *values, gpointer data);

typedef struct {
  guint64 event_count;
  gint64 clock_offset_ns; /* 0 unknown */
  char *problem;          /* why it ended too early; NULL: it read all. The caller frees it. */
} HdForeignResult;

/* Calls event for every event in order of time. FALSE with error: the helper could not be run, or it was cancelled. */
gboolean hd_foreign_run(const char *folder, HdForeignEvent event, gpointer data, HdForeignResult *result, HdProgress progress,
                        gpointer user_data, GError **error);
/* Index of a field, -1 when there is none. */
int hd_foreign_field(const HdForeignClass *class, const char *name);
