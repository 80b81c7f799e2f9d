/* Folders as a whole. */
#pragma once
#include <stdint.h>

/* Removes a folder and all in it; what is not there is no error. Never follows symbolic links. */
void tree_remove(const char *path);
/* Bytes of disk that a folder and all in it take up. */
uint64_t tree_size_bytes(const char *path);
/* Folders 0700, files 0600; for root, all its own again. */
void tree_make_private(const char *path);
