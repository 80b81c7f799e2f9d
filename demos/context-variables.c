/* Whose work is this? A request's id, carried by a context variable.
 *
 * A server handles three requests at once, each in a task. The task of a request sets the context variable `request` once; what it calls,
 * the tasks it makes (a query, a picture to be drawn), and the thread to which it hands work, all find it there, without being told: a task
 * begins with a copy of its maker's context. What one of them sets no other sees: `user` is set by the tasks that draw, and
 * is the guest everywhere else.
 *
 * What to look at: point at a task, and its card says request=r-17 (user=painter only in the tasks that draw). Point at a worker thread
 * while it compresses: the same there. Search for r-18, and only the lanes are left that worked for it, in whichever thread.
 * What to try: set `request` in the first task, before the others are made: then all requests have the same.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 10
 * expect: actor task query
 * expect: state query blocked 200 -
 * expect: label query request r-18 map
 * expect: label draw user painter
 * expect: label to-thread-1 request r-17 menu
 * expect: nofinding blocked-loop
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>

#define MS HD_MILLISECOND_NS
static struct hd_context_var request = HD_CONTEXT_VAR("request"), user = HD_CONTEXT_VAR_DEFAULT("user", "guest");

static void say(const char *what) {
  void *name;
  hd_context_get(&user, &name);
  printf("%-8s for %s, %s\n", what, (const char *)hd_context_get_or(&request, "nobody"), (const char *)name);
}

/* In a task of its own. */
static int query(void *unused, void *result) {
  say("query");
  return hd_task_sleep(320 * MS);
}

/* In a thread. */
static int compress(const void *unused, void *result) {
  say("compress");
  return hd_thread_sleep(240 * MS);
}

static int draw(void *unused, void *result) {
  hd_context_set_text(&user, "painter", NULL);
  int error = hd_task_sleep(160 * MS);
  return error ? error : hd_to_thread(compress, NULL, 0, NULL, 0);
}

static int handle(void *argument, void *result) {
  struct hd_task page, picture;
  hd_context_set_text(&request, argument, NULL);
  say("handle");
  hd_task_create(&page, query, NULL, 0, 0, "query");
  hd_task_create(&picture, draw, NULL, 0, 0, "draw");
  hd_await(&page, NULL);
  hd_await(&picture, NULL);
  say("done"); /* still the guest: what `draw` has set is its own */
  hd_task_release(&page);
  hd_task_release(&picture);
  return 0;
}

static int serve(void *unused, void *result) {
  static const char *const ids[] = {"r-17 menu", "r-18 map", "r-19 photo"};
  struct hd_task handlers[3];
  for (int i = 0; i < 3; i++) {
    hd_task_create(&handlers[i], handle, (void *)(uintptr_t)ids[i], 0, 0, "handle");
    hd_task_sleep(200 * MS);
  }
  for (int i = 0; i < 3; i++) {
    hd_await(&handlers[i], NULL);
    hd_task_release(&handlers[i]);
  }
  return 0;
}

int main(void) {
  struct hd_loop_options options = {.name = "server", .task_name = "serve"};
  return hd_loop_run(serve, NULL, NULL, 0, &options);
}
