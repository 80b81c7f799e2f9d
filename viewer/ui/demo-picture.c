#include "demo-picture.h"
#include "appearance.h"

/* Pictures are read one after the other: two workers would take the processors from the window. */
#define WORKER_COUNT 1

struct _HdDemoPicture {
  GtkWidget parent;
  const HdCatalog *catalog;
  const HdDemo *demo;
  GdkTexture *texture;
  char *path;        /* of the picture that is read or shown; NULL: none yet */
  int scale;         /* in which it is read */
  gboolean complete; /* nothing is being read */
};

G_DEFINE_TYPE(HdDemoPicture, hd_demo_picture, GTK_TYPE_WIDGET)

gboolean hd_demo_picture_complete(HdDemoPicture *picture) { return picture->complete; }
gboolean hd_demo_picture_shown(HdDemoPicture *picture) { return picture->texture != NULL; }

/* What a worker is to read, and what it has read; the widget may be gone by then. */
typedef struct {
  GWeakRef picture;
  char *path;
  int scale;
  GdkTexture *texture;
} Job;

static gboolean take(gpointer user_data) {
  Job *job = user_data;
  g_autoptr(HdDemoPicture) picture = g_weak_ref_get(&job->picture);
  if (picture && g_strcmp0(picture->path, job->path) == 0 && picture->scale == job->scale) {
    g_set_object(&picture->texture, job->texture);
    picture->complete = TRUE;
    gtk_widget_queue_draw(GTK_WIDGET(picture));
  }
  g_weak_ref_clear(&job->picture);
  g_clear_object(&job->texture);
  g_free(job->path);
  g_free(job);
  return G_SOURCE_REMOVE;
}

static void read_picture(gpointer user_data, gpointer unused) {
  Job *job = user_data;
  g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_new_from_file_at_scale(job->path, HD_DEMO_PICTURE_WIDTH_PX * job->scale,
                                                                  HD_DEMO_PICTURE_HEIGHT_PX * job->scale, FALSE, NULL);
  if (pixels) job->texture = gdk_texture_new_for_pixbuf(pixels);
  g_idle_add_full(GDK_PRIORITY_REDRAW + 10, take, job, NULL); /* what is drawn already goes first */
}

/* Asks for the picture of the theme and scale that are on now. */
static void refresh(HdDemoPicture *picture) {
  static GThreadPool *workers;
  if (!gtk_widget_get_mapped(GTK_WIDGET(picture))) return;
  int scale = gtk_widget_get_scale_factor(GTK_WIDGET(picture));
  g_autofree char *path = hd_catalog_picture(picture->catalog, picture->demo, hd_appearance_theme() == HD_THEME_DARK);
  if (g_strcmp0(path, picture->path) == 0 && scale == picture->scale) return;
  g_free(picture->path);
  picture->path = g_steal_pointer(&path);
  picture->scale = scale;
  picture->complete = FALSE;
  if (!workers) workers = g_thread_pool_new(read_picture, NULL, WORKER_COUNT, FALSE, NULL);
  Job *job = g_new0(Job, 1);
  g_weak_ref_init(&job->picture, picture);
  job->path = g_strdup(picture->path);
  job->scale = scale;
  g_thread_pool_push(workers, job, NULL);
}

/* The first frame does not wait for pictures. */
static gboolean was_drawn(GtkWidget *widget, GdkFrameClock *clock, gpointer frame_count) {
  if (++*(guint *)frame_count < 2) return G_SOURCE_CONTINUE;
  refresh(HD_DEMO_PICTURE(widget));
  return G_SOURCE_REMOVE;
}

static void map(GtkWidget *widget) {
  GTK_WIDGET_CLASS(hd_demo_picture_parent_class)->map(widget);
  gtk_widget_add_tick_callback(widget, was_drawn, g_new0(guint, 1), g_free);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *to) {
  HdDemoPicture *picture = HD_DEMO_PICTURE(widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, gtk_widget_get_width(widget), gtk_widget_get_height(widget));
  if (picture->texture) gtk_snapshot_append_texture(to, picture->texture, &bounds);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline) {
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? HD_DEMO_PICTURE_WIDTH_PX : HD_DEMO_PICTURE_HEIGHT_PX;
}

static void dispose(GObject *object) {
  HdDemoPicture *picture = HD_DEMO_PICTURE(object);
  g_clear_object(&picture->texture);
  g_clear_pointer(&picture->path, g_free);
  G_OBJECT_CLASS(hd_demo_picture_parent_class)->dispose(object);
}

static void hd_demo_picture_class_init(HdDemoPictureClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  GTK_WIDGET_CLASS(class)->map = map;
  GTK_WIDGET_CLASS(class)->measure = measure;
  GTK_WIDGET_CLASS(class)->snapshot = snapshot;
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "demo-picture");
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_PRESENTATION); /* the card has the words */
}

static void hd_demo_picture_init(HdDemoPicture *picture) {
  gtk_widget_set_halign(GTK_WIDGET(picture), GTK_ALIGN_START);
  gtk_widget_set_valign(GTK_WIDGET(picture), GTK_ALIGN_START);
  g_signal_connect(picture, "notify::scale-factor", G_CALLBACK(refresh), NULL);
  g_signal_connect_object(gtk_settings_get_default(), "notify::gtk-application-prefer-dark-theme", G_CALLBACK(refresh), picture,
                          G_CONNECT_SWAPPED);
}

GtkWidget *hd_demo_picture_new(const HdCatalog *catalog, const HdDemo *demo) {
  HdDemoPicture *picture = g_object_new(HD_TYPE_DEMO_PICTURE, NULL);
  picture->catalog = catalog;
  picture->demo = demo;
  return GTK_WIDGET(picture);
}
