#include "source-panel.h"
#include "appearance.h"
#include <string.h>

#define FILE_MAX_BYTES (16 << 20)
#define LINES_AROUND 100
#define LINE_MAX_CHARS 400
#define TAB_CHARS 4
#define FRAMES_APART 5
#define FRAMES_MAX 100

/* Belongs to the widget. */
typedef struct {
  HdViewState *state; /* not owned: the page that holds the panel holds it */
  GtkWidget *title, *note, *scroller, *text;
  GtkTextTag *here;
  GCancellable *cancellable; /* of the file being read; NULL when none is */
  guint32 line;
} SourcePanel;

static void source_panel_free(SourcePanel *panel) {
  if (panel->cancellable) g_cancellable_cancel(panel->cancellable);
  g_clear_object(&panel->cancellable);
  g_free(panel);
}

static void say(SourcePanel *panel, const char *note) {
  gtk_label_set_text(GTK_LABEL(panel->note), note ? note : "");
  gtk_widget_set_visible(panel->note, note != NULL);
}

/* Tabs become spaces; all else that is no text is escaped, since a source may come from anybody. */
static char *shown_line(const char *line) {
  g_autoptr(GString) spaced = g_string_new(NULL);
  for (const char *at = line; *at; at++) {
    if (*at == '\t')
      g_string_append_printf(spaced, "%*s", TAB_CHARS - (int)(spaced->len % TAB_CHARS), "");
    else if (*at != '\r')
      g_string_append_c(spaced, *at);
  }
  return hd_display_name(spaced->str, LINE_MAX_CHARS);
}

/* The text is laid out over several frames, and a scroll that comes too early is lost: asks again until the line is in sight. */
static gboolean scroll_to_line(GtkWidget *text, GdkFrameClock *clock, gpointer user_data) {
  guint *frame_count = user_data;
  GtkTextIter here;
  GdkRectangle seen;
  int line_y, line_height;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(text));
  if (++*frame_count % FRAMES_APART) return G_SOURCE_CONTINUE;
  gtk_text_buffer_get_iter_at_mark(buffer, &here, gtk_text_buffer_get_insert(buffer));
  gtk_text_view_get_line_yrange(GTK_TEXT_VIEW(text), &here, &line_y, &line_height);
  gtk_text_view_get_visible_rect(GTK_TEXT_VIEW(text), &seen);
  if ((line_y >= seen.y && line_y + line_height <= seen.y + seen.height) || *frame_count > FRAMES_MAX) return G_SOURCE_REMOVE;
  gtk_text_view_scroll_to_mark(GTK_TEXT_VIEW(text), gtk_text_buffer_get_insert(buffer), 0, TRUE, 0, 0.4);
  return G_SOURCE_CONTINUE;
}

static void show_lines(SourcePanel *panel, const char *contents) {
  g_autofree char *valid = g_utf8_make_valid(contents, -1);
  g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
  guint32 count = g_strv_length(lines);
  if (panel->line == 0 || panel->line > count) return say(panel, "The file has no such line: it is another one than was recorded.");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(panel->text));
  gtk_text_buffer_set_text(buffer, "", -1);
  guint32 first = panel->line > LINES_AROUND ? panel->line - LINES_AROUND : 1, last = MIN(panel->line + LINES_AROUND, count);
  for (guint32 number = first; number <= last; number++) {
    g_autofree char *line = shown_line(lines[number - 1]), *numbered = g_strdup_printf("%6u  %s\n", number, line);
    GtkTextIter end;
    gtk_text_buffer_get_end_iter(buffer, &end);
    if (number == panel->line)
      gtk_text_buffer_insert_with_tags(buffer, &end, numbered, -1, panel->here, NULL);
    else
      gtk_text_buffer_insert(buffer, &end, numbered, -1);
  }
  GtkTextIter here;
  gtk_text_buffer_get_iter_at_line(buffer, &here, panel->line - first);
  gtk_text_buffer_place_cursor(buffer, &here);
  gtk_widget_set_visible(panel->scroller, TRUE);
  gtk_widget_add_tick_callback(panel->text, scroll_to_line, g_new0(guint, 1), g_free);
}

static void was_read(GObject *file, GAsyncResult *result, gpointer user_data) {
  g_autoptr(GtkWidget) widget = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *contents = NULL;
  gboolean read = g_file_load_contents_finish(G_FILE(file), result, &contents, NULL, NULL, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) return;
  SourcePanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  g_clear_object(&panel->cancellable);
  if (read)
    show_lines(panel, contents);
  else
    say(panel, error->message);
}

/* Only a regular file of sensible size is read: the path comes from the recording. */
static void was_asked(GObject *file, GAsyncResult *result, gpointer user_data) {
  g_autoptr(GtkWidget) widget = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileInfo) info = g_file_query_info_finish(G_FILE(file), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) return;
  SourcePanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  if (!info || g_file_info_get_file_type(info) != G_FILE_TYPE_REGULAR || g_file_info_get_size(info) > FILE_MAX_BYTES) {
    g_clear_object(&panel->cancellable);
    g_autofree char *path = g_file_get_path(G_FILE(file)), *name = hd_display_name(path ? path : "", 200);
    g_autofree char *note = info ? g_strdup_printf("%s is no source file.", name)
                                 : g_strdup_printf("The source is not on this machine: %s cannot be read.", name);
    return say(panel, note);
  }
  const HdLogInfo *recording = hd_view_state_model(panel->state)->info;
  guint64 changed_s = g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_TIME_MODIFIED);
  gboolean newer =
      recording && recording->started_realtime_ns && changed_s > (guint64)recording->started_realtime_ns / G_GUINT64_CONSTANT(1000000000);
  say(panel, newer ? "The file has changed since the recording: lines may have moved." : NULL);
  g_file_load_contents_async(G_FILE(file), panel->cancellable, was_read, g_steal_pointer(&widget));
}

static void show_site(HdViewState *state, guint index, GtkWidget *widget) {
  SourcePanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  const HdModel *model = hd_view_state_model(state);
  const HdSite *site = &model->sites[index];
  g_autofree char *raw = hd_model_site_text(model, index), *title = hd_display_name(raw, 200);
  if (panel->cancellable) g_cancellable_cancel(panel->cancellable);
  g_clear_object(&panel->cancellable);
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  gtk_widget_set_visible(panel->scroller, FALSE);
  panel->line = site->line;
  if (!site->file) return say(panel, "The file is not known: the program has no debug information here.");
  say(panel, NULL);
  const char *directory = model->info ? model->info->directory : NULL;
  if (!g_path_is_absolute(site->file) && !(directory && g_path_is_absolute(directory)))
    return say(panel, "Where the file lies is not known: the recording has only its name.");
  g_autofree char *path = g_canonicalize_filename(site->file, g_path_is_absolute(site->file) ? NULL : directory);
  g_autoptr(GFile) file = g_file_new_for_path(path);
  panel->cancellable = g_cancellable_new();
  g_file_query_info_async(file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_TIME_MODIFIED,
                          G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, panel->cancellable, was_asked, g_object_ref(widget));
}

/* Tags know no style sheet. */
static void take_colours(GtkWidget *widget) {
  SourcePanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  const HdTheme *theme = &hd_themes[hd_appearance_theme()];
  g_autofree char *colour = g_strdup_printf("#%06x", theme->selected_background);
  g_object_set(panel->here, "paragraph-background", colour, "weight", PANGO_WEIGHT_BOLD, NULL);
}

GtkWidget *hd_source_panel_new(HdViewState *state) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class(box, "panel-page");
  SourcePanel *panel = g_new0(SourcePanel, 1);
  g_object_set_data_full(G_OBJECT(box), "panel", panel, (GDestroyNotify)source_panel_free);
  panel->state = state;
  panel->title = gtk_label_new("No code is shown");
  panel->note = gtk_label_new("Follow the link of a place in the code.");
  GtkWidget *labels[] = {panel->title, panel->note};
  for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
    gtk_label_set_xalign(GTK_LABEL(labels[i]), 0);
    gtk_label_set_wrap(GTK_LABEL(labels[i]), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(labels[i]), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(labels[i]), TRUE);
    gtk_box_append(GTK_BOX(box), labels[i]);
  }
  gtk_widget_add_css_class(panel->title, "heading");
  gtk_widget_add_css_class(panel->note, "source-note");
  panel->text = gtk_text_view_new();
  g_object_set(panel->text, "editable", FALSE, "cursor-visible", FALSE, "monospace", TRUE, NULL);
  gtk_widget_add_css_class(panel->text, "source");
  gtk_accessible_update_property(GTK_ACCESSIBLE(panel->text), GTK_ACCESSIBLE_PROPERTY_LABEL, "Source", -1);
  panel->here = gtk_text_buffer_create_tag(gtk_text_view_get_buffer(GTK_TEXT_VIEW(panel->text)), NULL, NULL, NULL);
  take_colours(box);
  g_signal_connect_object(gtk_settings_get_default(), "notify::gtk-application-prefer-dark-theme", G_CALLBACK(take_colours), box,
                          G_CONNECT_SWAPPED);
  panel->scroller = gtk_scrolled_window_new();
  gtk_widget_set_vexpand(panel->scroller, TRUE);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(panel->scroller), panel->text);
  gtk_widget_set_visible(panel->scroller, FALSE);
  gtk_box_append(GTK_BOX(box), panel->scroller);
  g_signal_connect_object(state, "site", G_CALLBACK(show_site), box, 0);
  return box;
}
