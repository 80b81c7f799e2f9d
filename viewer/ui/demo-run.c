#include "demo-run.h"
#include "load.h"
#include "model.h"
#include "places.h"
#include "recorder.h"

#define PULSE_MS 60
#define TEXT_CHARS 60
#define WIDTH_PX 360

struct _HdDemoRun {
  GtkBox parent;
  GtkWidget *title, *text, *bar, *status, *cancel;
  HdRecorder *recorder; /* NULL: nothing is running */
  guint pulse_timer;
};

G_DEFINE_TYPE(HdDemoRun, hd_demo_run, GTK_TYPE_BOX)

const char *hd_demo_run_status(HdDemoRun *run) { return gtk_label_get_text(GTK_LABEL(run->status)); }

char *hd_demo_wish_name(const HdDemoWish *wish) {
  g_autofree char *seed = wish->seed >= 0 ? g_strdup_printf("-seed-%" G_GINT64_FORMAT, wish->seed) : g_strdup("");
  return g_strdup_printf("%s%s%s", wish->demo->name, seed, wish->without_gil ? "-no-gil" : "");
}

/* The recorder may end later; it tells nothing any more. */
static void forget(HdDemoRun *run) {
  g_clear_handle_id(&run->pulse_timer, g_source_remove);
  if (run->recorder) g_signal_handlers_disconnect_by_data(run->recorder, run);
  g_clear_object(&run->recorder);
}

void hd_demo_run_stop(HdDemoRun *run) {
  if (run->recorder) hd_recorder_cancel(run->recorder);
  forget(run);
}

static void cancel(HdDemoRun *run) {
  hd_demo_run_stop(run);
  g_signal_emit_by_name(run, "cancelled");
}

static void say(HdDemoRun *run, const char *words) { gtk_label_set_text(GTK_LABEL(run->status), words); }

static void failed(HdRecorder *recorder, const char *line, HdDemoRun *run) {
  forget(run);
  say(run, line);
  gtk_widget_set_visible(run->bar, FALSE);
  gtk_button_set_label(GTK_BUTTON(run->cancel), "_Back");
}

static void done(HdRecorder *recorder, const char *path, HdDemoRun *run) {
  g_autofree char *recorded = g_strdup(path);
  forget(run);
  g_signal_emit_by_name(run, "done", recorded);
}

static void progressed(HdRecorder *recorder, gint64 bytes, gint64 elapsed_us, HdDemoRun *run) {
  guint thread_count;
  guint64 event_count;
  g_autofree char *size = g_format_size(bytes), *time = hd_format_duration(elapsed_us / 100000 * 100000000);
  gboolean begun = hd_load_progress(hd_recorder_path(recorder), &thread_count, &event_count) && thread_count;
  g_autofree char *words = begun ? g_strdup_printf("%s · %u thread%s · %" G_GUINT64_FORMAT " events · %s", time, thread_count,
                                                   thread_count == 1 ? "" : "s", event_count, size)
                                 : g_strdup("starting …");
  say(run, words);
}

static gboolean pulse(gpointer run) {
  gtk_progress_bar_pulse(GTK_PROGRESS_BAR(HD_DEMO_RUN(run)->bar));
  return G_SOURCE_CONTINUE;
}

static void say_wish(HdDemoRun *run, const HdDemoWish *wish) {
  g_autofree char *seed = wish->seed >= 0 ? g_strdup_printf(", seed %" G_GINT64_FORMAT, wish->seed) : g_strdup("");
  g_autofree char *title =
      g_strdup_printf("Recording: %s%s%s", wish->demo->title, seed, wish->without_gil ? ", without the interpreter lock" : "");
  gtk_label_set_text(GTK_LABEL(run->title), title);
  gtk_label_set_text(GTK_LABEL(run->text), wish->demo->text);
  gtk_widget_set_visible(run->bar, TRUE);
  gtk_button_set_label(GTK_BUTTON(run->cancel), "_Cancel");
  say(run, "starting …");
}

void hd_demo_run_start(HdDemoRun *run, const HdDemoWish *wish) {
  hd_demo_run_stop(run);
  say_wish(run, wish);
  g_autofree char *program = hd_place_demo(wish->demo->name), *name = hd_demo_wish_name(wish);
  if (!program) return failed(NULL, "This demonstration is not part of this installation.", run);
  g_autofree char *command_line = g_shell_quote(program);
  g_autoptr(HdRecorder) recorder = hd_recorder_new();
  g_autoptr(GError) error = NULL;
  hd_recorder_set_name(recorder, name);
  if (wish->seed >= 0) {
    g_autofree char *seed = g_strdup_printf("%" G_GINT64_FORMAT, wish->seed);
    hd_recorder_set_environment(recorder, "HEDDLE_SEED", seed);
  }
  if (wish->without_gil) hd_recorder_set_environment(recorder, "HEDDLE_GIL", "0");
  if (!hd_recorder_start(recorder, command_line, &error)) return failed(NULL, error->message, run);
  g_signal_connect(recorder, "progress", G_CALLBACK(progressed), run);
  g_signal_connect(recorder, "failed", G_CALLBACK(failed), run);
  g_signal_connect(recorder, "done", G_CALLBACK(done), run);
  run->recorder = g_steal_pointer(&recorder);
  run->pulse_timer = g_timeout_add(PULSE_MS, pulse, run);
  gtk_widget_grab_focus(run->cancel);
}

static void dispose(GObject *object) {
  hd_demo_run_stop(HD_DEMO_RUN(object));
  G_OBJECT_CLASS(hd_demo_run_parent_class)->dispose(object);
}

static void hd_demo_run_class_init(HdDemoRunClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  g_signal_new("done", HD_TYPE_DEMO_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new("cancelled", HD_TYPE_DEMO_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *centred_label_new(const char *css_class) {
  GtkWidget *label = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars(GTK_LABEL(label), TEXT_CHARS);
  if (css_class) gtk_widget_add_css_class(label, css_class);
  return label;
}

static void hd_demo_run_init(HdDemoRun *run) {
  g_object_set(run, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12, "halign", GTK_ALIGN_CENTER, "valign", GTK_ALIGN_CENTER, NULL);
  gtk_widget_add_css_class(GTK_WIDGET(run), "message");
  run->title = centred_label_new("heading");
  run->text = centred_label_new(NULL);
  run->bar = gtk_progress_bar_new();
  run->status = centred_label_new("dim-text");
  run->cancel = gtk_button_new_with_mnemonic("_Cancel");
  gtk_widget_add_css_class(run->status, "numeric");
  gtk_widget_set_size_request(run->bar, WIDTH_PX, -1);
  gtk_widget_set_halign(run->bar, GTK_ALIGN_CENTER);
  gtk_widget_set_halign(run->cancel, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(run->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "Recording", -1);
  g_signal_connect_object(run->cancel, "clicked", G_CALLBACK(cancel), run, G_CONNECT_SWAPPED);
  GtkWidget *parts[] = {run->title, run->text, run->bar, run->status, run->cancel};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) gtk_box_append(GTK_BOX(run), parts[i]);
}

GtkWidget *hd_demo_run_new(void) { return g_object_new(HD_TYPE_DEMO_RUN, NULL); }
