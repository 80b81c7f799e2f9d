#include "columns.h"
#include <string.h>

/* Characters of a text's beginning. */
static glong length_of(const char *text, gsize byte_count) {
  glong length = 0;
  for (gsize i = 0; i < byte_count; i++) length += ((guchar)text[i] & 0xc0) != 0x80;
  return length;
}

/* Bytes of the next word; a number and its unit are one. */
static gsize word_bytes(const char *text) {
  static const char *const units[] = {"ns", "µs", "ms", "s", "min", "h", "%"};
  gsize byte_count = strcspn(text, " ");
  if (byte_count == 0 || !g_ascii_isdigit(text[byte_count - 1]) || text[byte_count] != ' ') return byte_count;
  const char *next = text + byte_count + 1;
  gsize unit_bytes = strcspn(next, " ,.;]");
  for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    if (strlen(units[i]) == unit_bytes && strncmp(next, units[i], unit_bytes) == 0) return byte_count + 1 + strcspn(next, " ");
  return byte_count;
}

void hd_print_wrapped(FILE *to, guint column, const char *text, guint indent) {
  gboolean at_start = TRUE;
  for (const char *word = text; *word;) {
    gsize byte_count = word_bytes(word);
    guint length = (guint)length_of(word, byte_count);
    if (!at_start && column + 1 + length > HD_COLUMN_COUNT) {
      fprintf(to, "\n%*s", (int)indent, "");
      column = indent;
      at_start = TRUE;
    }
    if (!at_start) fputc(' ', to);
    fwrite(word, 1, byte_count, to);
    column += length + (at_start ? 0 : 1);
    at_start = FALSE;
    word += byte_count;
    while (*word == ' ') word++;
  }
  fputc('\n', to);
}

void hd_print_cell(FILE *to, const char *text, int width) {
  int length = (int)length_of(text, strlen(text)), spaces = MAX(ABS(width) - length, 0);
  if (width < 0) fprintf(to, "%*s", spaces, "");
  fputs(text, to);
  if (width > 0) fprintf(to, "%*s", spaces, "");
}
