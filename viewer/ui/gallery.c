#include "gallery.h"
#include "demo-picture.h"
#include <math.h>

#define TEXT_LINES 3
#define TEXT_CHARS 36
#define GAP_PX 14
#define COLUMNS_MAX 12

typedef struct {
  const HdDemo *demo;
  GtkWidget *button, *picture;
} Card;

struct _HdGallery {
  GtkBox parent;
  const HdCatalog *catalog;
  GtkWidget *field, *count, *empty, *scroller;
  Card *cards;        /* as the catalog's demos */
  GtkWidget **themes; /* a box with its title and its cards */
  guint shown_count;
};

G_DEFINE_TYPE(HdGallery, hd_gallery, GTK_TYPE_BOX)

GtkWidget *hd_gallery_field(HdGallery *gallery) { return gallery->field; }
guint hd_gallery_shown_count(HdGallery *gallery) { return gallery->shown_count; }

GtkWidget *hd_gallery_card(HdGallery *gallery, const char *name) {
  const HdDemo *demo = hd_catalog_find(gallery->catalog, name);
  return demo ? gallery->cards[demo - gallery->catalog->demos].button : NULL;
}

gboolean hd_gallery_complete(HdGallery *gallery) {
  for (guint i = 0; i < gallery->catalog->demo_count; i++)
    if (!hd_demo_picture_complete(HD_DEMO_PICTURE(gallery->cards[i].picture))) return FALSE;
  return TRUE;
}

/* The field */

static gboolean is_shown(const Card *card) { return gtk_widget_get_visible(gtk_widget_get_parent(card->button)); }

static void say_count(HdGallery *gallery) {
  guint all_count = gallery->catalog->demo_count;
  g_autofree char *words = gallery->shown_count == all_count ? g_strdup_printf("%u demonstrations", all_count)
                                                             : g_strdup_printf("%u of %u demonstrations", gallery->shown_count, all_count);
  gtk_label_set_text(GTK_LABEL(gallery->count), words);
  gtk_accessible_update_property(GTK_ACCESSIBLE(gallery->field), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void filter(HdGallery *gallery) {
  const char *words = gtk_editable_get_text(GTK_EDITABLE(gallery->field));
  gallery->shown_count = 0;
  for (guint i = 0; i < gallery->catalog->theme_count; i++) {
    const HdDemoTheme *theme = &gallery->catalog->themes[i];
    guint theme_count = 0;
    for (guint j = theme->demo_first; j < theme->demo_first + theme->demo_count; j++) {
      gboolean matches = hd_demo_matches(gallery->cards[j].demo, words);
      gtk_widget_set_visible(gtk_widget_get_parent(gallery->cards[j].button), matches);
      theme_count += matches;
    }
    gtk_widget_set_visible(gallery->themes[i], theme_count > 0);
    gallery->shown_count += theme_count;
  }
  gtk_widget_set_visible(gallery->empty, gallery->shown_count == 0);
  gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(gallery->scroller)), 0);
  say_count(gallery);
}

gboolean hd_gallery_escape(HdGallery *gallery) {
  if (!*gtk_editable_get_text(GTK_EDITABLE(gallery->field))) return FALSE;
  gtk_editable_set_text(GTK_EDITABLE(gallery->field), "");
  gtk_widget_grab_focus(gallery->field);
  return TRUE;
}

static void clear(HdGallery *gallery) { hd_gallery_escape(gallery); }

static const Card *first_shown(HdGallery *gallery) {
  for (guint i = 0; i < gallery->catalog->demo_count; i++)
    if (is_shown(&gallery->cards[i])) return &gallery->cards[i];
  return NULL;
}

/* Enter in the field takes what was searched for. */
static void activate_first(HdGallery *gallery) {
  const Card *card = first_shown(gallery);
  if (card && *gtk_editable_get_text(GTK_EDITABLE(gallery->field))) gtk_widget_activate(card->button);
}

static gboolean field_key(GtkEventControllerKey *controller, guint key, guint key_code, GdkModifierType modifiers, HdGallery *gallery) {
  const Card *card = key == GDK_KEY_Down ? first_shown(gallery) : NULL;
  return card && gtk_widget_grab_focus(card->button);
}

/* GtkSearchEntry keeps the key to itself. */
static void field_escape(HdGallery *gallery) {
  if (!hd_gallery_escape(gallery)) gtk_widget_activate_action(GTK_WIDGET(gallery), "win.back", NULL);
}

/* Arrows */

static gboolean middle_of(HdGallery *gallery, const Card *card, graphene_point_t *middle) {
  graphene_rect_t bounds;
  if (!is_shown(card) || !gtk_widget_compute_bounds(card->button, GTK_WIDGET(gallery), &bounds)) return FALSE;
  graphene_rect_get_center(&bounds, middle);
  return TRUE;
}

/* The nearest card above (step −1) or below (1): the row comes first, then the column. NULL: there is none. */
static const Card *vertical_neighbour(HdGallery *gallery, const Card *from, int step) {
  graphene_point_t here, there;
  const Card *best = NULL;
  double best_distance = INFINITY;
  if (!middle_of(gallery, from, &here)) return NULL;
  for (guint i = 0; i < gallery->catalog->demo_count; i++) {
    if (!middle_of(gallery, &gallery->cards[i], &there) || step * (there.y - here.y) < 1) continue;
    double distance = fabs(there.y - here.y) * 1000 + fabs(there.x - here.x);
    if (distance >= best_distance) continue;
    best = &gallery->cards[i];
    best_distance = distance;
  }
  return best;
}

static const Card *next_shown(HdGallery *gallery, const Card *from, int step) {
  const Card *end = gallery->cards + gallery->catalog->demo_count;
  for (const Card *card = from + step; card >= gallery->cards && card < end; card += step)
    if (is_shown(card)) return card;
  return NULL;
}

static const Card *focused(HdGallery *gallery) {
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(gallery));
  GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;
  for (guint i = 0; focus && i < gallery->catalog->demo_count; i++)
    if (gallery->cards[i].button == focus) return &gallery->cards[i];
  return NULL;
}

static gboolean card_key(GtkEventControllerKey *controller, guint key, guint key_code, GdkModifierType modifiers, HdGallery *gallery) {
  const Card *card = focused(gallery), *to = NULL;
  if (!card || modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_SHIFT_MASK)) return FALSE;
  switch (key) {
  case GDK_KEY_Left:
    to = next_shown(gallery, card, -1);
    break;
  case GDK_KEY_Right:
    to = next_shown(gallery, card, 1);
    break;
  case GDK_KEY_Up:
    to = vertical_neighbour(gallery, card, -1);
    if (!to) return gtk_widget_grab_focus(gallery->field);
    break;
  case GDK_KEY_Down:
    to = vertical_neighbour(gallery, card, 1);
    break;
  case GDK_KEY_slash:
    return gtk_widget_grab_focus(gallery->field);
  default:
    return FALSE;
  }
  return !to || gtk_widget_grab_focus(to->button);
}

/* Parts */

static GtkWidget *label_new(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, css_class);
  return label;
}

static GtkWidget *card_words_new(const HdDemo *demo) {
  GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = label_new(demo->title, "title"), *text = label_new(demo->text, "dim-text");
  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_END);
  gtk_label_set_wrap(GTK_LABEL(text), TRUE);
  gtk_label_set_lines(GTK_LABEL(text), TEXT_LINES);
  gtk_label_set_ellipsize(GTK_LABEL(text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(title), TEXT_CHARS);
  gtk_label_set_max_width_chars(GTK_LABEL(text), TEXT_CHARS);
  gtk_widget_add_css_class(words, "words");
  gtk_box_append(GTK_BOX(words), title);
  gtk_box_append(GTK_BOX(words), text);
  return words;
}

static void card_init(Card *card, const HdCatalog *catalog, const HdDemo *demo) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  card->demo = demo;
  card->picture = hd_demo_picture_new(catalog, demo);
  card->button = gtk_button_new();
  gtk_box_append(GTK_BOX(box), card->picture);
  gtk_box_append(GTK_BOX(box), card_words_new(demo));
  gtk_button_set_child(GTK_BUTTON(card->button), box);
  gtk_widget_add_css_class(card->button, "card");
  gtk_widget_add_css_class(card->button, "demo");
  gtk_widget_set_overflow(card->button, GTK_OVERFLOW_HIDDEN);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(card->button), "win.demo");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(card->button), "s", demo->name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(card->button), GTK_ACCESSIBLE_PROPERTY_LABEL, demo->title,
                                 GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, demo->text, -1);
}

/* The button takes the focus, not what it stands in. */
static void add_card(GtkWidget *flow, GtkWidget *card) {
  GtkWidget *child = gtk_flow_box_child_new();
  gtk_widget_set_focusable(child, FALSE);
  gtk_flow_box_child_set_child(GTK_FLOW_BOX_CHILD(child), card);
  gtk_flow_box_append(GTK_FLOW_BOX(flow), child);
}

static GtkWidget *theme_new(HdGallery *gallery, guint index) {
  const HdDemoTheme *theme = &gallery->catalog->themes[index];
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8), *flow = gtk_flow_box_new();
  gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(flow), TRUE);
  gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(flow), COLUMNS_MAX);
  gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(flow), GAP_PX);
  gtk_flow_box_set_row_spacing(GTK_FLOW_BOX(flow), GAP_PX);
  gtk_widget_set_halign(flow, GTK_ALIGN_START);
  for (guint i = theme->demo_first; i < theme->demo_first + theme->demo_count; i++) {
    card_init(&gallery->cards[i], gallery->catalog, &gallery->catalog->demos[i]);
    add_card(flow, gallery->cards[i].button);
  }
  gtk_box_append(GTK_BOX(box), label_new(theme->title, "heading"));
  gtk_box_append(GTK_BOX(box), flow);
  return box;
}

static GtkWidget *head_new(HdGallery *gallery) {
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  gallery->field = gtk_search_entry_new();
  gallery->count = label_new(NULL, "dim-text");
  g_object_set(gallery->field, "placeholder-text", "Search demonstrations", NULL);
  gtk_widget_set_size_request(gallery->field, HD_DEMO_PICTURE_WIDTH_PX, -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(gallery->field), GTK_ACCESSIBLE_PROPERTY_LABEL, "Search demonstrations", -1);
  g_signal_connect_object(gallery->field, "search-changed", G_CALLBACK(filter), gallery, G_CONNECT_SWAPPED);
  g_signal_connect_object(gallery->field, "activate", G_CALLBACK(activate_first), gallery, G_CONNECT_SWAPPED);
  g_signal_connect_object(gallery->field, "stop-search", G_CALLBACK(field_escape), gallery, G_CONNECT_SWAPPED);
  GtkEventController *keys = gtk_event_controller_key_new();
  gtk_event_controller_set_name(keys, "field-keys");
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object(keys, "key-pressed", G_CALLBACK(field_key), gallery, 0);
  gtk_widget_add_controller(gallery->field, keys);
  gtk_widget_add_css_class(head, "gallery-head");
  gtk_box_append(GTK_BOX(head), gallery->field);
  gtk_box_append(GTK_BOX(head), gallery->count);
  return head;
}

static GtkWidget *empty_new(HdGallery *gallery) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8), *button = gtk_button_new_with_label("Clear the search");
  gtk_widget_set_halign(button, GTK_ALIGN_START);
  g_signal_connect_object(button, "clicked", G_CALLBACK(clear), gallery, G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(box), label_new("No demonstration is about that.", "dim-text"));
  gtk_box_append(GTK_BOX(box), button);
  gtk_widget_set_visible(box, FALSE);
  return box;
}

static void finalize(GObject *object) {
  g_free(HD_GALLERY(object)->cards);
  g_free(HD_GALLERY(object)->themes);
  G_OBJECT_CLASS(hd_gallery_parent_class)->finalize(object);
}

static void hd_gallery_class_init(HdGalleryClass *class) { G_OBJECT_CLASS(class)->finalize = finalize; }

static void hd_gallery_init(HdGallery *gallery) { gtk_orientable_set_orientation(GTK_ORIENTABLE(gallery), GTK_ORIENTATION_VERTICAL); }

GtkWidget *hd_gallery_new(const HdCatalog *catalog) {
  HdGallery *gallery = g_object_new(HD_TYPE_GALLERY, NULL);
  GtkWidget *body = gtk_box_new(GTK_ORIENTATION_VERTICAL, 22);
  gallery->catalog = catalog;
  gallery->cards = g_new0(Card, catalog->demo_count);
  gallery->themes = g_new0(GtkWidget *, catalog->theme_count);
  gtk_box_append(GTK_BOX(gallery), head_new(gallery));
  gallery->scroller = gtk_scrolled_window_new();
  gallery->empty = empty_new(gallery);
  gtk_box_append(GTK_BOX(body), gallery->empty);
  for (guint i = 0; i < catalog->theme_count; i++) {
    gallery->themes[i] = theme_new(gallery, i);
    gtk_box_append(GTK_BOX(body), gallery->themes[i]);
  }
  gtk_widget_add_css_class(body, "gallery-body");
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(gallery->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(gallery->scroller), body);
  gtk_widget_set_vexpand(gallery->scroller, TRUE);
  gtk_box_append(GTK_BOX(gallery), gallery->scroller);
  gtk_widget_add_css_class(GTK_WIDGET(gallery), "gallery");
  GtkEventController *keys = gtk_event_controller_key_new();
  gtk_event_controller_set_name(keys, "card-keys");
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object(keys, "key-pressed", G_CALLBACK(card_key), gallery, 0);
  gtk_widget_add_controller(GTK_WIDGET(gallery), keys);
  gtk_search_entry_set_key_capture_widget(GTK_SEARCH_ENTRY(gallery->field), GTK_WIDGET(gallery));
  filter(gallery);
  return GTK_WIDGET(gallery);
}
