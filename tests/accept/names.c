/* Names given by oneself, by others, twice, too long, in other scripts, with control characters; a detached thread; prctl.
 * expect: exit 0
 * expect: actor thread main
 * expect: actor thread by_itself
 * expect: actor thread by_main
 * expect: actor thread second_name
 * expect: actor thread unnamed
 * expect: actor thread weberin-äöü
 * expect: actor thread by_prctl
 * expect: actor thread fifteen_letters
 * expect: actors thread 9
 * expect: lost 0
 */
#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>
static void *named(void *name) {
  if (name) pthread_setname_np(pthread_self(), name);
  usleep(50000);
  return NULL;
}
static void *unnamed(void *p) {
  usleep(50000);
  return p;
}
static void *twice(void *p) {
  pthread_setname_np(pthread_self(), "first_name");
  pthread_setname_np(pthread_self(), "second_name");
  return p;
}
static void *refused(void *p) {
  pthread_setname_np(pthread_self(), "fifteen_letters");
  return pthread_setname_np(pthread_self(), "sixteen_letters_") == ERANGE ? NULL : p;
}
static void *process_control(void *p) {
  prctl(PR_SET_NAME, "by_prctl");
  usleep(1000);
  return p;
}
int main(void) {
  pthread_t t[8];
  void *wrong;
  pthread_create(&t[0], NULL, named, "by_itself");
  pthread_create(&t[1], NULL, named, NULL);
  pthread_setname_np(t[1], "by_main");
  pthread_create(&t[2], NULL, twice, NULL);
  pthread_create(&t[3], NULL, unnamed, NULL);
  pthread_create(&t[4], NULL, named, "weberin-äöü");
  pthread_create(&t[5], NULL, named, "bell\a\x1b[31m\n");
  pthread_create(&t[6], NULL, refused, &t[0]);
  pthread_create(&t[7], NULL, process_control, NULL);
  pthread_detach(t[7]);
  for (int i = 0; i < 7; i++) pthread_join(t[i], i == 6 ? &wrong : NULL);
  usleep(100000);
  return wrong != NULL;
}
