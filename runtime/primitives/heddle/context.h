/* Context variables: values that belong to what is being done, not to the thread that does it; as Python's contextvars.
 *
 * A variable is a static object with a name. Its value is looked up in the context of whoever acts: each thread has one, each task its
 * own. A task begins with a copy of its maker's: what the maker had set is set in the task, and what either sets later the other does not
 * see. A thread begins with an empty one, unless it is to inherit its maker's (hd_context_inherit).
 *
 *     static struct hd_context_var request = HD_CONTEXT_VAR("request");
 *
 *     hd_context_set_text(&request, "GET /menu", NULL);
 *     hd_task_create(&task, serve, …);                            // in it, hd_context_get_or(&request, "none") is "GET /menu"
 *
 * A value is a pointer of the program's own (a number that was cast to one), which the context does not look behind and does not
 * free, with a label for the recording; or a text, which the context copies and owns. Setting gives a token, with which the variable can
 * be set back to what it was before: once, and only in that context.
 *
 * A struct hd_context is a handle of a whole context: a copy of the acting one's, or an empty one, in which a routine can be run. To copy
 * one takes the same short time however much is set in it; to set a variable for the first time after a copy takes time in proportion to
 * how many are set.
 *
 * Threads: any thread may use a handle; copying into one and releasing it are for one. One at a time runs in a context. A variable must
 * live as long as any context in which it is set.
 */
#ifndef HEDDLE_CONTEXT_H
#define HEDDLE_CONTEXT_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/thread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* It is known by its address. */
struct hd_context_var {
  const char *name;
  bool has_default;
  void *default_value;
};
#define HD_CONTEXT_VAR(name)                                                                                                               \
  { (name), false, 0 }
#define HD_CONTEXT_VAR_DEFAULT(name, value)                                                                                                \
  { (name), true, (value) }

struct hd_context_value;
/* How to set a variable back. It is used up by that, or given up; it must not be copied. The fields are the runtime's own. */
struct hd_context_token {
  const struct hd_context_var *variable; /* NULL: there is none, or it is used up */
  uint64_t context;
  struct hd_context_value *before; /* a reference is owned; NULL: it had no value */
};

/* Sets it for the acting task or thread. label: what a recording calls the value; copied; NULL: its address. token: may be NULL; else the
 * caller resets with it, or gives it up. HD_ERROR_NO_MEMORY: nothing is changed. */
#define hd_context_set(variable, value, label, token) hd_context_set_at((variable), (value), (label), (token), HD_HERE)
HD_API int hd_context_set_at(const struct hd_context_var *variable, void *value, const char *label, struct hd_context_token *token,
                             const struct hd_source *source);
/* The same with a copy of the text for a value, and for its label. */
#define hd_context_set_text(variable, text, token) hd_context_set_text_at((variable), (text), (token), HD_HERE)
HD_API int hd_context_set_text_at(const struct hd_context_var *variable, const char *text, struct hd_context_token *token,
                                  const struct hd_source *source);
/* Makes it what it was before the set that gave the token. HD_ERROR_FOREIGN_TOKEN: that was another variable, or in another context, or it
 * has been reset with it already: a misuse, and the token stays what it is. HD_ERROR_NO_MEMORY. */
#define hd_context_reset(variable, token) hd_context_reset_at((variable), (token), HD_HERE)
HD_API int hd_context_reset_at(const struct hd_context_var *variable, struct hd_context_token *token, const struct hd_source *source);
/* Gives up a token; nothing when it is used up. */
HD_API void hd_context_token_release(struct hd_context_token *token);

/* Its value for the acting task or thread, else its default. HD_ERROR_NO_VALUE: it has neither; *value is NULL. A text can be used until
 * the variable is set anew. */
HD_API int hd_context_get(const struct hd_context_var *variable, void **value);
/* Its value, else `otherwise`, whatever its default is. */
HD_API void *hd_context_get_or(const struct hd_context_var *variable, void *otherwise);

struct hd_context_state;
/* The field is the runtime's own. */
struct hd_context {
  struct hd_context_state *state; /* a reference is owned */
};
/* Makes an empty one. HD_ERROR_NO_MEMORY. */
HD_API int hd_context_init(struct hd_context *context);
/* Makes a copy of the acting one's context, or of any. HD_ERROR_NO_MEMORY. */
HD_API int hd_context_copy(struct hd_context *context);
HD_API int hd_context_copy_of(const struct hd_context *other, struct hd_context *context);
/* Gives up the handle. */
HD_API void hd_context_release(struct hd_context *context);

/* Calls routine(argument) in the context: what it sets is set there, and stays so. In a task it may await. HD_ERROR_ENTERED: somebody runs
 * in it, the caller itself perhaps: a misuse. HD_ERROR_NO_MEMORY. */
#define hd_context_run(context, routine, argument) hd_context_run_at((context), (routine), (argument), HD_HERE)
HD_API int hd_context_run_at(struct hd_context *context, void (*routine)(void *argument), void *argument, const struct hd_source *source);

/* The value that is set in it; no default counts. HD_ERROR_NO_VALUE: *value is NULL. */
HD_API int hd_context_lookup(const struct hd_context *context, const struct hd_context_var *variable, void **value);
struct hd_context_item {
  const struct hd_context_var *variable;
  void *value;
};
/* Copies what is set in it, at most capacity, in no order; gives how many are set, which may be more. */
HD_API size_t hd_context_items(const struct hd_context *context, struct hd_context_item *items, size_t capacity);

/* The thread, which has not been started yet, is to begin with a copy of the caller's context as it is now. HD_ERROR_STARTED,
 * HD_ERROR_NO_MEMORY. */
#define hd_context_inherit(thread) hd_context_inherit_at((thread), HD_HERE)
HD_API int hd_context_inherit_at(struct hd_thread *thread, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
