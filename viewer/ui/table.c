#include "table.h"

typedef struct {
  const HdTableColumn *column;
  gpointer user_data;
} Cell;

typedef struct {
  HdTableActivated activated;
  gpointer user_data;
} Activation;

static void setup(GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell) {
  GtkWidget *label = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(label), cell->column->number ? 1 : 0);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
  if (cell->column->number) gtk_widget_add_css_class(label, "numeric");
  gtk_list_item_set_child(item, label);
}

static void bind(GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell) {
  g_autofree char *text = cell->column->text(hd_index_row_index(gtk_list_item_get_item(item)), cell->user_data);
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)), text);
}

static int compare(gconstpointer a, gconstpointer b, gpointer user_data) {
  const Cell *cell = user_data;
  return cell->column->compare(hd_index_row_index((gpointer)a), hd_index_row_index((gpointer)b), cell->user_data);
}

static void row_activated(GtkColumnView *view, guint position, Activation *activation) {
  g_autoptr(HdIndexRow) row = g_list_model_get_item(G_LIST_MODEL(gtk_column_view_get_model(view)), position);
  if (row) activation->activated(hd_index_row_index(row), activation->user_data);
}

static void free_with_closure(gpointer data, GClosure *closure) { g_free(data); }

GtkWidget *hd_table_new(HdIndexList *list, const HdTableColumn *columns, guint column_count, const char *name, HdTableActivated activated,
                        gpointer user_data) {
  GtkSingleSelection *selection = gtk_single_selection_new(g_object_ref(G_LIST_MODEL(list)));
  gtk_single_selection_set_autoselect(selection, FALSE);
  gtk_single_selection_set_can_unselect(selection, TRUE);
  GtkWidget *view = gtk_column_view_new(GTK_SELECTION_MODEL(selection));
  gtk_widget_add_css_class(view, "data-table");
  gtk_column_view_set_single_click_activate(GTK_COLUMN_VIEW(view), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  for (guint i = 0; i < column_count; i++) {
    Cell *cell = g_new(Cell, 1);
    *cell = (Cell){&columns[i], user_data};
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    g_signal_connect_data(factory, "setup", G_CALLBACK(setup), cell, free_with_closure, 0);
    g_signal_connect(factory, "bind", G_CALLBACK(bind), cell);
    g_autoptr(GtkColumnViewColumn) column = gtk_column_view_column_new(columns[i].title, factory);
    gtk_column_view_column_set_expand(column, columns[i].expand);
    gtk_column_view_column_set_resizable(column, TRUE);
    if (columns[i].compare) {
      Cell *copy = g_new(Cell, 1);
      *copy = *cell;
      g_autoptr(GtkSorter) sorter = GTK_SORTER(gtk_custom_sorter_new(compare, copy, g_free));
      gtk_column_view_column_set_sorter(column, sorter);
    }
    gtk_column_view_append_column(GTK_COLUMN_VIEW(view), column);
  }
  hd_index_list_set_sorter(list, gtk_column_view_get_sorter(GTK_COLUMN_VIEW(view)));
  Activation *activation = g_new(Activation, 1);
  *activation = (Activation){activated, user_data};
  g_signal_connect_data(view, "activate", G_CALLBACK(row_activated), activation, free_with_closure, 0);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), view);
  return scroller;
}

void hd_table_select(GtkWidget *table, guint position) {
  GtkWidget *view = gtk_scrolled_window_get_child(GTK_SCROLLED_WINDOW(table));
  gtk_selection_model_select_item(gtk_column_view_get_model(GTK_COLUMN_VIEW(view)), position, TRUE);
  /* The list view inside knows the action; a column view of GTK 4.8 has no call for it. */
  for (GtkWidget *child = gtk_widget_get_first_child(view); child; child = gtk_widget_get_next_sibling(child))
    if (gtk_widget_activate_action(child, "list.scroll-to-item", "u", position)) break;
}
