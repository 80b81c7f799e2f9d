/* A list model of numbers: positions of a table whose rows are found by index (intervals of an actor, contended objects).
 *
 * Rows are objects only while they are on the screen: a list of a million costs four bytes a row and sorts an array of numbers, where a
 * list of a million objects took 175 bytes a row and eight seconds.
 */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HD_TYPE_INDEX_ROW (hd_index_row_get_type())
G_DECLARE_FINAL_TYPE(HdIndexRow, hd_index_row, HD, INDEX_ROW, GObject)
guint32 hd_index_row_index(HdIndexRow *row);

#define HD_TYPE_INDEX_LIST (hd_index_list_get_type())
G_DECLARE_FINAL_TYPE(HdIndexList, hd_index_list, HD, INDEX_LIST, GObject)
/* The numbers first … first + count − 1. */
HdIndexList *hd_index_list_new(void);
void hd_index_list_set(HdIndexList *list, guint32 first, guint32 count);
/* Keeps the list sorted by a sorter of HdIndexRows, such as a column view's; NULL: as set. */
void hd_index_list_set_sorter(HdIndexList *list, GtkSorter *sorter);

G_END_DECLS
