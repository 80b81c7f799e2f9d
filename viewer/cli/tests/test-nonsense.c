/* Damaged recordings, and sound ones whose events say nonsense, through everything that a command does: load, model, analysis, picture,
 * both reports. Nothing of that may crash or hang, whatever it makes of them; and the model and the analysis are consistent ones. */
#include "damage.h"
#include "golden.h"
#include "render.h"
#include "report.h"
#include "scenario.h"
#include "script.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAMAGED_SEEDS 70               /* of each recording */
#define NONSENSE_SEEDS 70              /* of each recording */
#define LIMIT_US (30 * G_USEC_PER_SEC) /* against hangs only */
#define PICTURE_WIDTH_PX 700
#define PICTURE_HEIGHT_PX 400

static const char *const recordings[] = {"deadlock.heddle", "ordered.heddle", "vocabulary.heddle", "tasks.heddle"};

/* ---- a log that says nonsense: one read function at a time, since HdLog has no room for more ---- */

static HdLogRead sound_read;
static guint32 nonsense_seed, nonsense_rate; /* one field of so many is wrong */

/* A number that follows from the place alone: the same event is read several times, and is always the same. */
static guint64 chance(guint64 index, guint field) {
  guint64 mixed = (index * 64 + field + 1) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) ^ (guint64)nonsense_seed << 17;
  mixed = (mixed ^ mixed >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ mixed >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
  return mixed ^ mixed >> 31;
}

/* Near to what it was, small, or anything at all. */
static guint64 wrong(guint64 was, guint64 dice) {
  switch (dice % 4) {
  case 0:
    return was + dice / 4 % 16 - 8;
  case 1:
    return dice / 4 % 8;
  case 2:
    return was ^ G_GUINT64_CONSTANT(1) << dice / 4 % 64;
  default:
    return dice;
  }
}

static guint bytes_of(guint type) {
  switch (type) {
  case HD_FIELD_U8:
    return 1;
  case HD_FIELD_U16:
    return 2;
  case HD_FIELD_U32:
  case HD_FIELD_I32:
    return 4;
  case HD_FIELD_U64:
  case HD_FIELD_I64:
    return 8;
  default:
    return 0; /* texts and sequences */
  }
}

/* Operations of a batch, frames of a stack: some of the words are wrong. The copies live until the log is done with. The model is built
 * by several threads. */
static GHashTable *wrong_words;
G_LOCK_DEFINE_STATIC(wrong_words);
static void spoil_words(guint64 index, void *field, guint32 count) {
  const uint64_t *sound;
  memcpy(&sound, field, sizeof sound);
  G_LOCK(wrong_words);
  guint64 *copy = g_hash_table_lookup(wrong_words, &index);
  if (!copy) {
    copy = g_new(guint64, count + 1);
    for (guint32 i = 0; i < count; i++) {
      guint64 dice = chance(index * 4096 + i, 63);
      copy[i] = hd_log_word(sound, i);
      if (dice % nonsense_rate == 0) copy[i] = wrong(copy[i], dice / nonsense_rate);
    }
    g_hash_table_insert(wrong_words, g_memdup2(&index, sizeof index), copy);
  }
  G_UNLOCK(wrong_words);
  memcpy(field, &copy, sizeof copy);
}

static void read_nonsense(const HdLog *log, guint64 index, HdEvent *event) {
  sound_read(log, index, event);
  const struct hd_event_info *info = &hd_events[event->id];
  for (guint i = 0; i < info->field_count; i++) {
    char *at = (char *)&event->common + info->fields[i].offset;
    if (info->fields[i].type == HD_FIELD_WORDS) {
      guint32 count;
      memcpy(&count, at + sizeof(void *), sizeof count);
      spoil_words(index, at, count);
    }
    guint bytes = bytes_of(info->fields[i].type);
    guint64 dice = chance(index, i), value = 0;
    /* Load has put the events in order by these two. */
    if (!bytes || dice % nonsense_rate || strcmp(info->fields[i].name, "emitter") == 0 || strcmp(info->fields[i].name, "sequence") == 0)
      continue;
    memcpy(&value, at, bytes);
    value = wrong(value, dice / nonsense_rate);
    if (strcmp(info->fields[i].name, "at_ns") == 0) value &= G_MAXINT64; /* what load lets through */
    memcpy(at, &value, bytes);
  }
}

/* ---- through all of it ---- */

static void report_into_nothing(const HdModel *model, const HdAnalysis *analysis) {
  fflush(stdout);
  int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC), kept = dup(STDOUT_FILENO);
  g_assert_cmpint(dup2(nothing, STDOUT_FILENO), >=, 0);
  hd_report_text(model, analysis);
  hd_report_json(model, analysis);
  fflush(stdout);
  g_assert_cmpint(dup2(kept, STDOUT_FILENO), >=, 0);
  close(nothing);
  close(kept);
}

static void draw(const HdModel *model, const HdAnalysis *analysis) {
  HdLod *lod = hd_lod_new(model, NULL, NULL);
  HdSource source = {model, analysis, lod};
  HdRenderOptions options;
  hd_render_options_init(&options);
  options.width_px = PICTURE_WIDTH_PX;
  options.height_px = PICTURE_HEIGHT_PX;
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX);
  cairo_t *cr = cairo_create(surface);
  hd_render(cr, &source, &options);
  options.finding = -1;
  hd_render(cr, &source, &options);
  g_assert_cmpint(cairo_status(cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  hd_lod_free(lod);
}

/* TRUE when there was something to show. */
static gboolean go_through(const char *folder, gboolean nonsense) {
  g_autoptr(GError) error = NULL;
  gint64 begin_us = g_get_monotonic_time();
  HdLog *log = hd_load(folder, NULL, NULL, NULL, &error);
  if (!log) {
    g_assert_null(strchr(error->message, '\n'));
    return FALSE;
  }
  g_autoptr(GHashTable) words = wrong_words = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  if (nonsense) {
    sound_read = log->read;
    log->read = read_nonsense;
  }
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_nonnull(analysis);
  check_model(model);
  scenario_check_analysis(model, analysis);
  draw(model, analysis);
  report_into_nothing(model, analysis);
  g_assert_cmpint(g_get_monotonic_time() - begin_us, <, LIMIT_US);
  return TRUE;
}

static void test_damaged(gconstpointer name) {
  g_autofree char *golden = golden_path(name);
  guint shown = 0;
  for (guint32 i = 0; i < DAMAGED_SEEDS; i++) {
    char *folder = scratch_copy(golden);
    g_autofree char *what = damage(folder, 1000 + damage_first_seed() + i);
    g_test_message("%s", what);
    shown += go_through(folder, FALSE);
    scratch_remove(folder);
  }
  g_assert_cmpuint(shown, >, DAMAGED_SEEDS / 2); /* one damaged file must not cost the whole recording */
}

static void test_nonsense(gconstpointer name) {
  g_autofree char *golden = golden_path(name);
  for (guint32 i = 1; i <= NONSENSE_SEEDS; i++) {
    nonsense_seed = damage_first_seed() + i;
    nonsense_rate = 1 << nonsense_seed % 8;
    g_test_message("seed %u, one field of %u", nonsense_seed, nonsense_rate);
    g_assert_true(go_through(golden, TRUE));
  }
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(recordings); i++) {
    g_autofree char *damaged = g_strdup_printf("/cli/damaged/%s", recordings[i]),
                    *nonsense = g_strdup_printf("/cli/nonsense/%s", recordings[i]);
    g_test_add_data_func(damaged, recordings[i], test_damaged);
    g_test_add_data_func(nonsense, recordings[i], test_nonsense);
  }
  return g_test_run();
}
