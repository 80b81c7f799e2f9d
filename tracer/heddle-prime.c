/* heddle-prime PROVIDER: opens the provider and ends. So the consumer daemon gets to know all events before the program starts, and their
 * description is on disk however the recording ends: a trace without it cannot be read. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argument_count, char **arguments) {
  if (argument_count == 2 && dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL)) return 0;
  fprintf(stderr, "heddle-prime: %s\n", argument_count == 2 ? dlerror() : "a part of heddle-record");
  return 1;
}
