#include "message.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void say(const char *format, ...) {
  char line[4096] = "heddle: ";
  const int prefix = 8, room = (int)sizeof line - prefix - 1;
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line + prefix, (size_t)room, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  if (length >= room) length = room - 1;
  line[prefix + length] = '\n';
  if (write(STDERR_FILENO, line, (size_t)(prefix + length + 1)) < 0) return; /* nobody listens: nothing else can be done */
}
