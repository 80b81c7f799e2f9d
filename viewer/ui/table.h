/* A compact table over an HdIndexList: columns of text made on demand from a row's number, sortable where a compare function is given. */
#pragma once
#include "index-list.h"

G_BEGIN_DECLS

/* Text of a cell; the caller frees it. */
typedef char *(*HdTableText)(guint32 index, gpointer user_data);
/* < 0, 0, > 0 as in qsort. */
typedef int (*HdTableCompare)(guint32 a, guint32 b, gpointer user_data);

typedef struct {
  const char *title;
  HdTableText text;
  HdTableCompare compare; /* NULL: not sortable */
  gboolean number;        /* aligned to the right */
  gboolean expand;
} HdTableColumn;

typedef void (*HdTableActivated)(guint32 index, gpointer user_data);

/* columns must be constant; user_data must live as long as the table. A single click activates. */
GtkWidget *hd_table_new(HdIndexList *list, const HdTableColumn *columns, guint column_count, const char *name, HdTableActivated activated,
                        gpointer user_data);
/* Selects a position and scrolls to it. */
void hd_table_select(GtkWidget *table, guint position);

G_END_DECLS
