/* What the tests of pipes share. */
#ifndef HEDDLE_PIPE_CHECK_H
#define HEDDLE_PIPE_CHECK_H
#include "children.h"
#include "descriptors.h"
#include <string.h>

/* A message of that size whose bytes tell where it came from. */
static inline char *message_of(size_t bytes, unsigned seed) {
  char *message = malloc(bytes + 1);
  CHECK(message);
  for (size_t i = 0; i < bytes; i++) message[i] = (char)(seed + i * 7 + (i >> 12));
  return message;
}
static inline bool is_message_of(const char *message, size_t bytes, unsigned seed) {
  for (size_t i = 0; i < bytes; i++)
    if (message[i] != (char)(seed + i * 7 + (i >> 12))) return false;
  return true;
}

#endif
