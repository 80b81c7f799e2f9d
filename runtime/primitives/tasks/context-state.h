/* Contexts behind their handles, and how they belong to whoever acts: a thread, or a task in its steps. */
#ifndef HEDDLE_CONTEXT_STATE_H
#define HEDDLE_CONTEXT_STATE_H
#include "trace.h"
#include "word.h"
#include <heddle/context.h>

struct hd_context_table;
struct hd_context_state {
  uint32_t references;            /* handles, and who runs in it */
  uint32_t guard;                 /* of table, for those who read it while somebody runs in it */
  uint32_t entered;               /* somebody runs in it */
  uint64_t identity;              /* among all of this process, from 1 */
  uint64_t number;                /* in the recording; 0 while not told, which one without values need not be */
  struct hd_context_table *table; /* NULL: nothing is set */
};

/* Gives up a reference; NULL is none. */
void hd_context_unref(struct hd_context_state *context);

/* The context that a task which the acting one makes is to run in: a copy of the maker's; NULL while nothing is set in that one, or no
 * memory is left. number and from are what the event task_create says of it; emit may be NULL. It belongs to the task (struct
 * hd_task_state, field context), which hands it to hd_context_task_ended when it has ended. */
struct hd_context_state *hd_context_for_new_task(struct hd_emit *emit, uint64_t *number, uint64_t *from);
void hd_context_task_ended(struct hd_context_state *context);

/* First of all in a new thread: it runs in this context, whose reference it takes; NULL: in an empty one. */
void hd_context_begin_thread(struct hd_context_state *context);

#endif
