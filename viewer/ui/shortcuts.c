#include "shortcuts.h"

static const struct {
  const char *group, *keys, *does;
} shortcuts[] = {
    {"View", "w s", "Zoom in, zoom out"},
    {"View", "plus minus", "Zoom in, zoom out"},
    {"View", "a d", "Earlier, later"},
    {"View", "Home", "The whole recording"},
    {"View", "BackSpace", "Back to where the view was"},
    {"View", "t", "Wall-clock time, recording time"},
    {"View", "l", "The lesson of a demonstration"},
    {"View", "F11", "For a projector"},
    {"Walk", "Left Right", "Interval, job or item before, after"},
    {"Walk", "Up Down", "Lane above, below"},
    {"Walk", "comma period", "Wait before, after, in any lane"},
    {"Walk", "Return", "To the holder of this wait, the submitter, the other end"},
    {"Walk", "j", "To the job or item here, and back"},
    {"Walk", "Menu", "Pin or hide the lane"},
    {"Findings and search", "n p", "Next finding, previous finding"},
    {"Findings and search", "Escape", "Put everything back"},
    {"Findings and search", "slash", "Search; Enter goes to the next match"},
    {"Window", "<Control>o", "Open a recording"},
    {"Window", "<Control>r", "Record a program"},
    {"Window", "<Alt>Home", "Demonstrations and recent recordings"},
    {"Window", "<Control>w", "Close"},
};

/* Shortcut windows can only be made from a description. */
GtkShortcutsWindow *hd_shortcuts_window_new(void) {
  g_autoptr(GString) ui = g_string_new("<interface><object class='GtkShortcutsWindow' id='window'><property name='modal'>1</property>"
                                       "<child><object class='GtkShortcutsSection'><property name='section-name'>all</property>"
                                       /* all on one page */
                                       "<property name='max-height'>20</property>");
  const char *group = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
    if (g_strcmp0(group, shortcuts[i].group) != 0) {
      if (group) g_string_append(ui, "</object></child>");
      group = shortcuts[i].group;
      g_string_append_printf(ui, "<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", group);
    }
    g_autofree char *keys = g_markup_escape_text(shortcuts[i].keys, -1);
    g_string_append_printf(ui,
                           "<child><object class='GtkShortcutsShortcut'><property name='accelerator'>%s</property><property "
                           "name='title'>%s</property></object></child>",
                           keys, shortcuts[i].does);
  }
  g_string_append(ui, "</object></child></object></child></object></interface>");
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_string(ui->str, ui->len);
  return GTK_SHORTCUTS_WINDOW(g_object_ref(gtk_builder_get_object(builder, "window")));
}
