#include "bounded-file.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define JSON_DEPTH_MAX 64 /* ours nests four deep */

static gboolean fail(GError **error, const char *path, int number, const char *what) {
  g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(number), "%s: %s", path, what ? what : g_strerror(number));
  return FALSE;
}

static gboolean read_open(int descriptor, const char *path, gsize bytes_max, GString *content, GError **error) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return fail(error, path, errno, NULL);
  if (!S_ISREG(status.st_mode)) return fail(error, path, EINVAL, "not a regular file");
  if ((guint64)status.st_size > bytes_max) return fail(error, path, EFBIG, "too large");
  g_string_set_size(content, status.st_size);
  gsize done = 0;
  while (done < content->len) {
    gssize part = pread(descriptor, content->str + done, content->len - done, done);
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) return fail(error, path, errno, NULL);
    if (part == 0) break;
    done += part;
  }
  g_string_truncate(content, done);
  return TRUE;
}

char *hd_bounded_file_read(const char *path, gsize bytes_max, gsize *length, GError **error) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return fail(error, path, errno, NULL), NULL;
  GString *content = g_string_new(NULL);
  gboolean read_all = read_open(descriptor, path, bytes_max, content, error);
  close(descriptor);
  if (length) *length = content->len;
  return g_string_free(content, !read_all);
}

guint64 hd_file_data_end(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return 0;
  off_t end = 0;
  for (off_t data; (data = lseek(descriptor, end, SEEK_DATA)) >= 0 && data < status.st_size;) end = lseek(descriptor, data, SEEK_HOLE);
  gboolean known = errno == ENXIO || end >= status.st_size; /* else the file system does not tell */
  lseek(descriptor, 0, SEEK_SET);
  return known && end >= 0 ? end : status.st_size;
}

static gboolean is_shallow(const char *text, gsize length) {
  guint depth = 0;
  gboolean quoted = FALSE;
  for (gsize i = 0; i < length && depth <= JSON_DEPTH_MAX; i++) {
    if (text[i] == '\\' && quoted)
      i++;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '[' || text[i] == '{'))
      depth++;
    else if (!quoted && depth && (text[i] == ']' || text[i] == '}'))
      depth--;
  }
  return depth <= JSON_DEPTH_MAX;
}

JsonParser *hd_bounded_file_read_json(const char *path, gsize bytes_max) {
  gsize length = 0;
  g_autofree char *content = hd_bounded_file_read(path, bytes_max, &length, NULL);
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  if (!content || !g_utf8_validate(content, length, NULL) || !is_shallow(content, length)) return NULL;
  return json_parser_load_from_data(parser, content, length, NULL) ? g_steal_pointer(&parser) : NULL;
}
