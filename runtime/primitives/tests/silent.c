/* A program that is linked statically: nothing can be preloaded into it, so all that a recording knows of it is what its parent saw. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  usleep(20000);
  return argc > 1 ? atoi(argv[1]) : 0;
}
