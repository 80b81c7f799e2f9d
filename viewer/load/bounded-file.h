/* Small files of a recording, that anybody may have damaged or replaced: by a fifo, a device, a file without end. */
#pragma once
#include <json-glib/json-glib.h>

/* The content, with a zero behind it. Errors (G_FILE_ERROR): it cannot be opened, is no regular file, is larger than bytes_max. */
char *hd_bounded_file_read(const char *path, gsize bytes_max, gsize *length, GError **error);

/* Where the last data of an open regular file ends: behind it may lie a hole of any claimed size, in which there is nothing to read. */
guint64 hd_file_data_end(int descriptor);

/* Parses JSON. NULL when there is none: the file cannot be read, is not UTF-8, not JSON, or nested so deep that a parser which calls
 * itself would run out of stack. */
JsonParser *hd_bounded_file_read_json(const char *path, gsize bytes_max);
