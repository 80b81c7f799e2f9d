/* Text on a terminal: words wrapped at a column, cells that count characters and not bytes. */
#pragma once
#include <glib.h>
#include <stdio.h>

enum { HD_COLUMN_COUNT = 100 };

/* Prints the text and a line's end, wrapped at HD_COLUMN_COUNT, on a line that is filled up to column already; further lines are indented
 * by so many spaces. A word longer than a line stands on a line of its own. */
void hd_print_wrapped(FILE *to, guint column, const char *text, guint indent);
/* A text as a cell of so many characters: filled up with spaces on the right, or, when width is negative, on the left. */
void hd_print_cell(FILE *to, const char *text, int width);
