#include "start-page.h"
#include "appearance.h"
#include "model.h"

#define RECENT_MAX 8
#define SIDE_WIDTH_PX 250
#define SIDE_CHARS 24
#define ICON_PX 44

struct _HdStartPage {
  GtkBox parent;
  GtkWidget *recent, *gallery;
};

G_DEFINE_TYPE(HdStartPage, hd_start_page, GTK_TYPE_BOX)

HdGallery *hd_start_page_gallery(HdStartPage *page) { return page->gallery ? HD_GALLERY(page->gallery) : NULL; }

static GtkWidget *text_new(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), SIDE_CHARS);
  gtk_widget_add_css_class(label, css_class);
  return label;
}

static GtkWidget *section_new(const char *title) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append(GTK_BOX(box), text_new(title, "heading"));
  return box;
}

/* A path is cut in its middle: its end tells it from others. */
static GtkWidget *path_label_new(const char *text, const char *css_class) {
  GtkWidget *label = text_new(text, css_class);
  gtk_label_set_wrap(GTK_LABEL(label), FALSE);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
  return label;
}

static GtkWidget *recent_row_new(const char *path) {
  g_autofree char *base = g_path_get_basename(path), *folder = g_path_get_dirname(path);
  g_autofree char *name = hd_display_name(base, 80), *where = hd_display_name(folder, 160);
  GtkWidget *button = gtk_button_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(box), path_label_new(name, "title"));
  gtk_box_append(GTK_BOX(box), path_label_new(where, "dim-text"));
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "recent");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open-path");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", path);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, where,
                                 -1);
  return button;
}

void hd_start_page_refresh(HdStartPage *page) {
  GtkWidget *old;
  guint count = 0;
  while ((old = gtk_widget_get_first_child(page->recent))) gtk_box_remove(GTK_BOX(page->recent), old);
  GList *items = gtk_recent_manager_get_items(gtk_recent_manager_get_default());
  for (GList *item = items; item && count < RECENT_MAX; item = item->next) {
    if (!gtk_recent_info_has_application(item->data, "heddle-view") || !gtk_recent_info_exists(item->data)) continue;
    g_autofree char *path = g_filename_from_uri(gtk_recent_info_get_uri(item->data), NULL, NULL);
    if (!path) continue;
    gtk_box_append(GTK_BOX(page->recent), recent_row_new(path));
    count++;
  }
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
  if (count == 0) gtk_box_append(GTK_BOX(page->recent), text_new("Recordings that you open are listed here.", "dim-text"));
}

static GtkWidget *head_new(void) {
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8), *names = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name(HD_APPLICATION_ID);
  gtk_image_set_pixel_size(GTK_IMAGE(icon), ICON_PX);
  gtk_accessible_update_state(GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append(GTK_BOX(names), icon);
  gtk_box_append(GTK_BOX(names), text_new("Heddle", "start-title"));
  gtk_box_append(GTK_BOX(head), names);
  gtk_box_append(GTK_BOX(head), text_new("Who waited, for what, because of whom — and what would hang.", "start-line"));
  return head;
}

static GtkWidget *action_button_new(const char *words, const char *action) {
  GtkWidget *button = gtk_button_new_with_mnemonic(words);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  return button;
}

/* How to record a program of one's own: here, or in a terminal. */
static GtkWidget *own_new(void) {
  GtkWidget *box = section_new("Your own program"), *open = action_button_new("_Open a recording…", "win.open");
  GtkWidget *command = text_new("heddle record -- ./program\nheddle view program-1.heddle", "command");
  gtk_label_set_wrap(GTK_LABEL(command), FALSE);
  gtk_label_set_selectable(GTK_LABEL(command), TRUE);
  gtk_widget_set_focusable(command, FALSE); /* Tab goes on to the recent ones */
  gtk_widget_add_css_class(open, "suggested-action");
  gtk_box_append(GTK_BOX(box), action_button_new("_Record a program…", "win.record"));
  gtk_box_append(GTK_BOX(box), open);
  gtk_box_append(GTK_BOX(box), text_new("or drop a recording's folder on this window. From a terminal:", "dim-text"));
  gtk_box_append(GTK_BOX(box), command);
  return box;
}

static GtkWidget *side_new(HdStartPage *page) {
  GtkWidget *side = gtk_box_new(GTK_ORIENTATION_VERTICAL, 22), *recent = section_new("Recent"), *scroller = gtk_scrolled_window_new();
  page->recent = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append(GTK_BOX(recent), page->recent);
  GtkWidget *sections[] = {head_new(), own_new(), recent};
  for (guint i = 0; i < G_N_ELEMENTS(sections); i++) gtk_box_append(GTK_BOX(side), sections[i]);
  gtk_widget_add_css_class(side, "start-side");
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), side);
  gtk_widget_set_size_request(scroller, SIDE_WIDTH_PX, -1);
  return scroller;
}

static void hd_start_page_class_init(HdStartPageClass *class) {}

static void hd_start_page_init(HdStartPage *page) {
  const HdCatalog *catalog = hd_catalog_installed();
  gtk_widget_add_css_class(GTK_WIDGET(page), "start-page");
  gtk_box_append(GTK_BOX(page), side_new(page));
  gtk_box_append(GTK_BOX(page), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
  page->gallery = catalog ? hd_gallery_new(catalog) : text_new("The demonstrations are not part of this installation.", "gallery-missing");
  gtk_widget_set_hexpand(page->gallery, TRUE);
  gtk_box_append(GTK_BOX(page), page->gallery);
  if (!catalog) page->gallery = NULL;
  hd_start_page_refresh(page);
}

GtkWidget *hd_start_page_new(void) { return g_object_new(HD_TYPE_START_PAGE, NULL); }
