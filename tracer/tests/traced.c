/* A program to be recorded: traced MODE [ARGUMENT]
 *   work MS     two threads contend for a lock for so many milliseconds; prints "done"
 *   hang        two threads lock two locks in opposite order: they wait for ever
 *   forks N     N children that lock and unlock, one after the other
 *   leave MS    a child works on for so many milliseconds after the program has ended */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct hd_lock first = HD_LOCK_INIT, second = HD_LOCK_INIT;
static double end_s;

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void contend(void *argument) {
  while (now_s() < end_s) {
    hd_lock_acquire(&first);
    usleep(200);
    hd_lock_release(&first);
  }
}

static void work(double duration_ms) {
  struct hd_thread other;
  end_s = now_s() + duration_ms / 1e3;
  if (hd_thread_create(&other, contend, NULL, "other") != HD_OK) exit(3);
  contend(NULL);
  hd_thread_join(&other);
}

static void opposite(void *argument) {
  hd_lock_acquire(&second);
  usleep(50000);
  hd_lock_acquire(&first);
}

int main(int argument_count, char **arguments) {
  const char *mode = argument_count > 1 ? arguments[1] : "";
  double number = argument_count > 2 ? atof(arguments[2]) : 100;
  if (strcmp(mode, "work") == 0) {
    work(number);
  } else if (strcmp(mode, "hang") == 0) {
    struct hd_thread other;
    hd_thread_create(&other, opposite, NULL, "other");
    hd_lock_acquire(&first);
    usleep(50000);
    hd_lock_acquire(&second);
  } else if (strcmp(mode, "forks") == 0) {
    for (int i = 0; i < (int)number; i++) {
      if (fork() == 0) {
        end_s = now_s() + 0.002;
        contend(NULL);
        _exit(0);
      }
      wait(NULL);
    }
  } else if (strcmp(mode, "leave") == 0) {
    if (fork() == 0) {
      work(number);
      _exit(0);
    }
  } else {
    return 2;
  }
  puts("done");
  return 0;
}
