/* The cues of an evening at the theatre: planned and actual.
 *
 * All cues are entered into an event scheduler before the curtain rises, in any order: the scheduler sorts them by time, those of one time
 * by priority (the light goes before the music). Then it is run: it sleeps until the next cue, and runs it. At 300 ms the fog machine is
 * slow: 250 ms instead of 20. Nothing is lost by that, but the cues behind it begin late, all at once when the fog is there. Meanwhile the
 * director, another thread, cancels the encore, and sends in a cat while the scheduler sleeps for the bows.
 *
 * What to look at: the scheduler's lane has a mark where each cue was planned and a span where it ran. They lie one upon the other, but for
 * the cues behind the fog: the lines between them lean. The encore was planned and never ran. The cat was planned late and ran at once.
 * What to try: a second thread that runs the same scheduler. Then the fog makes nobody late.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 2
 * expect: objects scheduler 1
 * expect: state main blocked 600 -
 * expect: misuse -1060 1
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define MS HD_MILLISECOND_NS
static struct hd_scheduler evening;
static hd_scheduler_entry encore, applause;

struct cue {
  const char *what;
  int64_t takes_ns;
};
static int give(void *argument) {
  const struct cue *cue = argument;
  puts(cue->what);
  hd_thread_sleep(cue->takes_ns);
  return 0;
}

static struct cue curtain = {"the curtain rises", 30 * MS}, light = {"light", 10 * MS}, music = {"music", 40 * MS}, fog = {"fog", 250 * MS},
                  queen = {"the queen enters", 20 * MS}, thunder = {"thunder", 20 * MS}, sword = {"a sword", 10 * MS},
                  clap = {"applause", 30 * MS}, again = {"encore", 30 * MS}, bow = {"bows", 30 * MS},
                  cat = {"a cat walks across the stage", 50 * MS};

static void direct(void *unused) {
  hd_thread_sleep(600 * MS);
  hd_scheduler_cancel(&evening, encore);
  hd_thread_sleep(110 * MS);
  hd_scheduler_enter(&evening, 0, 0, give, &cat, NULL);
  hd_scheduler_cancel(&evening, applause); /* too late for that: it has been */
}

int main(void) {
  struct hd_thread director;
  hd_scheduler_init(&evening, "evening");
  int64_t begin_ns = hd_scheduler_now();
  struct {
    int64_t at_ms;
    int32_t priority;
    struct cue *cue;
    hd_scheduler_entry *entry;
  } cues[] = {
      {650, 0, &clap, &applause}, {100, 2, &music, NULL}, {100, 1, &light, NULL},    {350, 0, &queen, NULL}, {50, 0, &curtain, NULL},
      {400, 1, &thunder, NULL},   {400, 2, &sword, NULL}, {750, 0, &again, &encore}, {300, 0, &fog, NULL},   {900, 0, &bow, NULL},
  };
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
    hd_scheduler_enter_absolute(&evening, begin_ns + cues[i].at_ms * MS, cues[i].priority, give, cues[i].cue, cues[i].entry);
  hd_thread_create(&director, direct, NULL, "director");
  hd_scheduler_run(&evening, NULL);
  hd_thread_join(&director);
  hd_thread_release(&director);
  hd_scheduler_destroy(&evening);
  return 0;
}
