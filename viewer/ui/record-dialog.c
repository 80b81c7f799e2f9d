#include "record-dialog.h"
#include "model.h"
#include "recorder.h"

/* Belongs to the dialog. */
typedef struct {
  GtkWidget *dialog, *entry, *start, *stop, *already, *status;
  HdRecorder *recorder;
  HdRecordDone done;
  gpointer user_data;
} RecordDialog;

static void record_dialog_free(RecordDialog *record) {
  if (record->recorder) {
    g_signal_handlers_disconnect_by_data(record->recorder, record);
    hd_recorder_stop(record->recorder);
  }
  g_clear_object(&record->recorder);
  g_free(record);
}

static void show_state(RecordDialog *record, gboolean running, const char *status) {
  gtk_widget_set_visible(record->start, !running);
  gtk_widget_set_visible(record->stop, running);
  gtk_widget_set_visible(record->already, FALSE);
  gtk_widget_grab_focus(running ? record->stop : record->start); /* an entry that is made insensitive must not keep the focus */
  gtk_widget_set_sensitive(record->entry, !running);
  gtk_label_set_text(GTK_LABEL(record->status), status);
}

static void progressed(HdRecorder *recorder, gint64 bytes, gint64 elapsed_us, RecordDialog *record) {
  g_autofree char *size = g_format_size(bytes), *time = hd_format_duration(elapsed_us * 1000);
  g_autofree char *text = g_strdup_printf("recording: %s, %s", time, size);
  gtk_label_set_text(GTK_LABEL(record->status), text);
  gtk_widget_set_visible(record->already, bytes > 0);
}

/* The recording goes on by itself; its page can stop it. */
static void open_already(RecordDialog *record) {
  HdRecordDone call = record->done;
  gpointer user_data = record->user_data;
  g_autofree char *path = g_strdup(hd_recorder_path(record->recorder));
  g_signal_handlers_disconnect_by_data(record->recorder, record);
  g_clear_object(&record->recorder);
  gtk_window_destroy(GTK_WINDOW(record->dialog));
  call(path, user_data);
}

static void failed(HdRecorder *recorder, const char *line, RecordDialog *record) {
  show_state(record, FALSE, line);
  g_clear_object(&record->recorder);
}

static void done(HdRecorder *recorder, const char *path, RecordDialog *record) {
  HdRecordDone call = record->done;
  gpointer user_data = record->user_data;
  g_autofree char *recorded = g_strdup(path);
  gtk_window_destroy(GTK_WINDOW(record->dialog));
  call(recorded, user_data);
}

static void start(RecordDialog *record) {
  g_autoptr(GError) error = NULL;
  if (record->recorder) return;
  g_autoptr(HdRecorder) recorder = hd_recorder_new();
  if (!hd_recorder_start(recorder, gtk_editable_get_text(GTK_EDITABLE(record->entry)), &error))
    return show_state(record, FALSE, error->message);
  record->recorder = g_steal_pointer(&recorder);
  g_signal_connect(record->recorder, "progress", G_CALLBACK(progressed), record);
  g_signal_connect(record->recorder, "failed", G_CALLBACK(failed), record);
  g_signal_connect(record->recorder, "done", G_CALLBACK(done), record);
  show_state(record, TRUE, "starting …");
}

static void stop(RecordDialog *record) {
  if (record->recorder) hd_recorder_stop(record->recorder);
  gtk_label_set_text(GTK_LABEL(record->status), "stopping: the program was interrupted, the recording is being completed …");
}

GtkWidget *hd_record_dialog_show(GtkWindow *parent, const char *command_line, HdRecordDone call, gpointer user_data) {
  RecordDialog *record = g_new0(RecordDialog, 1);
  record->done = call;
  record->user_data = user_data;
  record->dialog = gtk_window_new();
  gtk_window_set_title(GTK_WINDOW(record->dialog), "Record a program");
  gtk_window_set_transient_for(GTK_WINDOW(record->dialog), parent);
  gtk_window_set_modal(GTK_WINDOW(record->dialog), TRUE);
  gtk_window_set_destroy_with_parent(GTK_WINDOW(record->dialog), TRUE);
  gtk_window_set_default_size(GTK_WINDOW(record->dialog), 560, -1);
  gtk_widget_add_css_class(record->dialog, "heddle");
  g_object_set_data_full(G_OBJECT(record->dialog), "record", record, (GDestroyNotify)record_dialog_free);

  GtkWidget *label = gtk_label_new_with_mnemonic("_Program and arguments");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  record->entry = gtk_entry_new();
  gtk_entry_set_placeholder_text(GTK_ENTRY(record->entry), "./server --threads 4");
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), record->entry);
  gtk_accessible_update_property(GTK_ACCESSIBLE(record->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, "Program and arguments", -1);
  record->status = gtk_label_new("The program runs as usual; the recording is opened when it ends.");
  gtk_label_set_xalign(GTK_LABEL(record->status), 0);
  gtk_label_set_wrap(GTK_LABEL(record->status), TRUE);
  gtk_widget_add_css_class(record->status, "dim-text");
  record->start = gtk_button_new_with_mnemonic("_Record");
  gtk_widget_add_css_class(record->start, "suggested-action");
  record->stop = gtk_button_new_with_mnemonic("_Stop");
  gtk_widget_add_css_class(record->stop, "destructive-action");
  gtk_widget_set_visible(record->stop, FALSE);
  record->already = gtk_button_new_with_mnemonic("_Open it already");
  gtk_widget_set_visible(record->already, FALSE);
  GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_set_halign(buttons, GTK_ALIGN_END);
  gtk_box_append(GTK_BOX(buttons), record->already);
  gtk_box_append(GTK_BOX(buttons), record->start);
  gtk_box_append(GTK_BOX(buttons), record->stop);

  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class(box, "dialog-body");
  GtkWidget *parts[] = {label, record->entry, record->status, buttons};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) gtk_box_append(GTK_BOX(box), parts[i]);
  gtk_window_set_child(GTK_WINDOW(record->dialog), box);
  g_signal_connect_swapped(record->entry, "activate", G_CALLBACK(start), record);
  g_signal_connect_swapped(record->start, "clicked", G_CALLBACK(start), record);
  g_signal_connect_swapped(record->stop, "clicked", G_CALLBACK(stop), record);
  g_signal_connect_swapped(record->already, "clicked", G_CALLBACK(open_already), record);
  gtk_window_present(GTK_WINDOW(record->dialog));
  if (command_line) {
    gtk_editable_set_text(GTK_EDITABLE(record->entry), command_line);
    start(record);
  }
  return record->dialog;
}
