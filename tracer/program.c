#include "program.h"
#include "message.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 when it can be run, else an errno. */
static int try_path(const char *path) {
  struct stat status;
  if (stat(path, &status) < 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  return access(path, X_OK) < 0 ? errno : 0;
}

int program_find(const char *name, char *path) {
  int worst = ENOENT;
  if (strchr(name, '/')) {
    snprintf(path, PATH_MAX, "%s", name);
    worst = try_path(path);
    if (!worst) return 0;
  } else {
    const char *search = getenv("PATH");
    if (!search) search = "/usr/local/bin:/usr/bin:/bin";
    for (const char *part = search;; part++) {
      size_t length = strcspn(part, ":");
      snprintf(path, PATH_MAX, "%.*s/%s", length ? (int)length : 1, length ? part : ".", name);
      int error = try_path(path);
      if (!error) return 0;
      if (error == EACCES) worst = EACCES; /* a shell goes on looking, and remembers it */
      part += length;
      if (!*part) break;
    }
  }
  say("%s: %s", name, worst == ENOENT ? (strchr(name, '/') ? "no such file" : "command not found") : strerror(worst));
  return worst == ENOENT || worst == ENOTDIR ? 127 : 126;
}

/* Whether an ELF file of this machine's class names a dynamic loader; -1 when it is another kind of file, -2 another class. */
static int has_loader(int file) {
  Elf64_Ehdr header;
  if (pread(file, &header, sizeof header, 0) != sizeof header || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return -1;
  if (header.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)) return -2;
  for (unsigned i = 0; i < header.e_phnum; i++) {
    Elf64_Phdr part;
    if (pread(file, &part, sizeof part, (off_t)(header.e_phoff + (Elf64_Off)i * header.e_phentsize)) != sizeof part) return -1;
    if (part.p_type == PT_INTERP) return 1;
  }
  return 0;
}

static const char *look_at(const char *path, unsigned scripts_left) {
  static char sentence[PATH_MAX + 256], interpreter[256];
  struct stat status;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return NULL;
  const char *why = NULL;
  if (fstat(file, &status) == 0) {
    bool set_user = (status.st_mode & S_ISUID) && status.st_uid != geteuid();
    bool set_group = (status.st_mode & S_ISGID) && status.st_gid != getegid();
    if (set_user || set_group) why = "runs with another user's rights: nothing inside it can be observed";
  }
  int loader = has_loader(file);
  if (loader == 0) why = "is static: nothing inside it can be observed";
  if (loader == -2) why = "is of another word size than Heddle: nothing inside it can be observed";
  char line[256] = "";
  if (loader == -1 && pread(file, line, sizeof line - 1, 0) > 2 && strncmp(line, "#!", 2) == 0) {
    close(file);
    return scripts_left && sscanf(line, "#! %255s", interpreter) == 1 ? look_at(interpreter, scripts_left - 1) : NULL;
  }
  close(file);
  if (!why) return NULL;
  snprintf(sentence, sizeof sentence, "%s %s", path, why);
  return sentence;
}

const char *program_why_unobservable(const char *path) { return look_at(path, 4); }
