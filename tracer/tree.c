#include "tree.h"
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 16 };

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *position) {
  remove(path);
  return 0;
}

void tree_remove(const char *path) { nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS); }

static uint64_t size_bytes; /* nftw hands nothing through */

static int add_one(const char *path, const struct stat *status, int kind, struct FTW *position) {
  if (kind != FTW_NS) size_bytes += (uint64_t)status->st_blocks * 512;
  return 0;
}

uint64_t tree_size_bytes(const char *path) {
  size_bytes = 0;
  nftw(path, add_one, OPEN_FOLDERS, FTW_PHYS);
  return size_bytes;
}

static int protect_one(const char *path, const struct stat *status, int kind, struct FTW *position) {
  if (kind != FTW_F && kind != FTW_D) return 0;
  if (geteuid() == 0 && status->st_uid != 0 && chown(path, 0, getegid()) < 0) return 0; /* then it stays as it is */
  chmod(path, kind == FTW_D ? 0700 : 0600);
  return 0;
}

void tree_make_private(const char *path) { nftw(path, protect_one, OPEN_FOLDERS, FTW_PHYS); }
