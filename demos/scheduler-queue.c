/* The cues of an evening at the theatre: planned and actual.
 *
 * All cues are entered into an event scheduler before the curtain rises, in any order: the scheduler sorts them by time, those of one time
 * by priority (the light goes before the music). Then it is run: it sleeps until the next cue, and runs it. At 300 ms the fog machine is
 * slow: it takes 250 ms. No cue is lost by that, but the three behind it begin late, one after the other when the fog is there. Meanwhile
 * the director, another thread, calls the encore off, and sends a cat in while the scheduler sleeps until the bows.
 *
 * What to look at: on the scheduler's lane a diamond stands where a cue was planned, a box where it ran; the line between them is how late
 * it began. The encore's diamond is hollow: it never ran. The cat was planned for the moment at which it was sent, and ran at once, though
 * the scheduler slept. The cross is the director's attempt to call the applause off, which had been.
 * What to try: a second thread that runs the same scheduler. Then the fog makes nobody late.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 2
 * expect: objects scheduler 1
 * expect: state main blocked 600 -
 * expect: misuse -1038 1
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define MS HD_MILLISECOND_NS
static struct hd_scheduler evening;

static int perform(const char *what, int64_t takes_ns) {
  puts(what);
  hd_thread_sleep(takes_ns);
  return 0;
}
static int curtain(void *unused) { return perform("the curtain rises", 30 * MS); }
static int light(void *unused) { return perform("light", 15 * MS); }
static int music(void *unused) { return perform("music", 60 * MS); }
static int fog(void *unused) { return perform("fog", 250 * MS); }
static int queen(void *unused) { return perform("the queen enters", 30 * MS); }
static int thunder(void *unused) { return perform("thunder", 30 * MS); }
static int sword(void *unused) { return perform("a sword", 20 * MS); }
static int applause(void *unused) { return perform("applause", 40 * MS); }
static int encore(void *unused) { return perform("encore", 40 * MS); }
static int bows(void *unused) { return perform("bows", 40 * MS); }
static int cat(void *unused) { return perform("a cat walks across the stage", 60 * MS); }

static const struct {
  int64_t at_ms;
  int32_t priority;
  hd_scheduler_routine *cue;
} plan[] = {{680, 0, applause}, {100, 2, music}, {100, 1, light},  {350, 0, queen}, {50, 0, curtain},
            {400, 1, thunder},  {400, 2, sword}, {800, 0, encore}, {300, 0, fog},   {900, 0, bows}};
enum { CUES = sizeof plan / sizeof *plan, APPLAUSE = 0, ENCORE = 7 };
static hd_scheduler_entry entries[CUES];

static void direct(void *unused) {
  hd_thread_sleep(600 * MS);
  hd_scheduler_cancel(&evening, entries[ENCORE]);
  hd_thread_sleep(150 * MS);
  hd_scheduler_enter(&evening, 0, 0, cat, NULL, NULL);
  hd_scheduler_cancel(&evening, entries[APPLAUSE]); /* too late: it has been */
}

int main(void) {
  struct hd_thread director;
  hd_scheduler_init(&evening, "evening");
  int64_t begin_ns = hd_scheduler_now();
  for (int i = 0; i < CUES; i++)
    hd_scheduler_enter_absolute(&evening, begin_ns + plan[i].at_ms * MS, plan[i].priority, plan[i].cue, NULL, &entries[i]);
  hd_thread_create(&director, direct, NULL, "director");
  hd_scheduler_run(&evening, NULL);
  hd_thread_join(&director);
  hd_thread_release(&director);
  hd_scheduler_destroy(&evening);
  return 0;
}
