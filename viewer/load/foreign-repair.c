#include "foreign-repair.h"
#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>

gboolean hd_foreign_is_damaged(const HdSource *source) {
  for (guint i = 0; i < source->traces->len; i++) {
    const HdTrace *trace = source->traces->pdata[i];
    if (trace->damage->len) return TRUE;
    for (guint k = 0; k < trace->packets->len; k++)
      if (!g_array_index(trace->packets, HdPacket, k).sound) return TRUE;
  }
  return FALSE;
}

/* The sound packets of one stream, in the order of the file (which is that of time). */
static gboolean write_stream(const HdTrace *trace, const HdStreamFile *file, const char *folder) {
  g_autofree char *path = g_build_filename(folder, file->name, NULL);
  FILE *copy = fopen(path, "wxe");
  gboolean written = copy != NULL;
  gboolean any = FALSE;
  for (guint i = 0; i < trace->packets->len && written; i++) {
    const HdPacket *packet = &g_array_index(trace->packets, HdPacket, i);
    if (packet->file != file || !packet->sound) continue;
    written = fwrite(packet->whole, 1, packet->whole_bytes, copy) == packet->whole_bytes;
    any = TRUE;
  }
  if (copy && fclose(copy) != 0) written = FALSE;
  if (written && !any) g_remove(path); /* Babeltrace wants no stream without packets */
  return written;
}

static gboolean write_trace(const HdTrace *trace, const char *folder) {
  g_autofree char *from = g_build_filename(trace->folder, "metadata", NULL), *to = g_build_filename(folder, "metadata", NULL),
                  *content = NULL;
  gsize length;
  gboolean written =
      g_mkdir(folder, 0700) == 0 && g_file_get_contents(from, &content, &length, NULL) && g_file_set_contents(to, content, length, NULL);
  for (guint i = 0; i < trace->files->len && written; i++) written = write_stream(trace, trace->files->pdata[i], folder);
  return written;
}

char *hd_foreign_repair(const HdSource *source, GError **error) {
  char *folder = g_dir_make_tmp("heddle-repair-XXXXXX", error);
  for (guint i = 0; folder && i < source->traces->len; i++) {
    g_autofree char *name = g_strdup_printf("%u", i), *path = g_build_filename(folder, name, NULL);
    if (write_trace(source->traces->pdata[i], path)) continue;
    int reason = errno;
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(reason), "%s: %s", path, g_strerror(reason));
    hd_foreign_repair_remove(folder);
    return NULL;
  }
  return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) { return remove(path); }

void hd_foreign_repair_remove(char *folder) {
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free(folder);
}
