/* Parent and child each read what only the other could write: nobody ever writes.
 * expect: interrupt 2
 * expect: finding deadlock occurred parent,child
 * expect: state child wait-pipe 100 -
 * expect: state parent wait-pipe 100 -
 * expect: object pipe 2
 */
#include <pthread.h>
#include <unistd.h>
int main(void) {
  int to_child[2], to_parent[2];
  char byte = 0;
  if (pipe(to_child) || pipe(to_parent)) return 1;
  if (fork() == 0) {
    pthread_setname_np(pthread_self(), "child");
    if (read(to_child[0], &byte, 1) == 1 && write(to_parent[1], &byte, 1) == 1) _exit(0);
    _exit(1);
  }
  pthread_setname_np(pthread_self(), "parent");
  return read(to_parent[0], &byte, 1) == 1 && write(to_child[1], &byte, 1) == 1 ? 0 : 1;
}
