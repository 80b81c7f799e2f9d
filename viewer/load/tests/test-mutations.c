/* Damaged recordings: truncated, with flipped bits, zeroed ranges, cut metadata. Each gives a log that can be read to its end, or an
 * error of one line. Run under the address and undefined-behaviour sanitizers. The mutations follow from their seed. */
#include "damage.h"
#include "golden.h"
#include <string.h>

#define SEEDS 90
#define FOREIGN_SEEDS 30               /* each runs Babeltrace's helper */
#define LIMIT_US (20 * G_USEC_PER_SEC) /* against hangs only */

static guint64 touch(const void *bytes, gsize length) {
  guint64 sum = 0;
  for (gsize i = 0; i < length; i++) sum += ((const guint8 *)bytes)[i];
  return sum;
}

/* Reads all that the log's events point to. */
static guint64 read_all(const HdLog *log) {
  guint64 sum = 0;
  for (guint i = 0; i < log->emitter_count; i++) {
    g_assert_true(i == 0 || log->emitters[i - 1].number < log->emitters[i].number);
    for (guint64 k = 0; k < log->emitters[i].count; k++) {
      HdEvent event;
      log->read(log, log->emitters[i].first + k, &event);
      g_assert_cmpuint(event.common.emitter, ==, log->emitters[i].number);
      for (guint f = 0; f < hd_events[event.id].field_count; f++) {
        const struct hd_field_info *field = &hd_events[event.id].fields[f];
        const char *place = (const char *)&event.common + field->offset, *content;
        if (field->type != HD_FIELD_TEXT && field->type != HD_FIELD_WORDS && field->type != HD_FIELD_BYTES) continue;
        guint32 count = 0;
        memcpy(&content, place, sizeof content);
        if (field->type != HD_FIELD_TEXT) memcpy(&count, place + sizeof content, sizeof count);
        sum += field->type == HD_FIELD_TEXT ? touch(content, strlen(content))
                                            : touch(content, (gsize)count * (field->type == HD_FIELD_WORDS ? 8 : 1));
      }
    }
  }
  return sum;
}

typedef struct {
  guint opened, damaged, refused;
} Tally;

static Tally run(const char *name, guint32 seeds) {
  g_autofree char *golden = golden_path(name);
  Tally tally = {0};
  for (guint32 i = 0; i < seeds; i++) {
    char *folder = scratch_copy(golden);
    g_autofree char *what = damage(folder, damage_first_seed() + i);
    g_autoptr(GError) error = NULL;
    g_test_message("%s", what);
    gint64 begin_us = g_get_monotonic_time();
    g_autoptr(HdLog) log = hd_load(folder, NULL, NULL, NULL, &error);
    g_assert_true((log == NULL) == (error != NULL));
    if (log) {
      read_all(log);
      tally.opened++;
      tally.damaged += log->info->damaged;
    } else {
      g_assert_null(strchr(error->message, '\n'));
      tally.refused++;
    }
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, LIMIT_US);
    scratch_remove(folder);
  }
  g_test_message("%u opened, %u of them with a banner; %u refused", tally.opened, tally.damaged, tally.refused);
  return tally;
}

static void test_mutations(gconstpointer name) {
  Tally tally = run(name, SEEDS);
  g_assert_cmpuint(tally.opened, >, SEEDS / 2); /* one damaged file must not cost the whole recording */
  g_assert_cmpuint(tally.damaged, >, SEEDS / 10);
}

static void test_foreign(void) {
  g_setenv("HEDDLE_FOREIGN_SILENCE_MS", "2000", TRUE);
  Tally tally = run("pthread-actors", FOREIGN_SEEDS);
  g_assert_cmpuint(tally.opened, >, FOREIGN_SEEDS / 3);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_data_func("/load/mutations/deadlock", "deadlock.heddle", test_mutations);
  g_test_add_data_func("/load/mutations/ordered", "ordered.heddle", test_mutations);
  g_test_add_data_func("/load/mutations/every-event", "every-event", test_mutations);
  g_test_add_data_func("/load/mutations/vocabulary", "vocabulary.heddle", test_mutations);
  g_test_add_data_func("/load/mutations/tasks", "tasks.heddle", test_mutations);
  g_test_add_func("/load/mutations/foreign", test_foreign);
  return g_test_run();
}
