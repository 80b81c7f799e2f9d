/* Looking up the functions behind the wrappers. */
#include "real.h"
#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>

struct hd_real hd_real;

#define HD_REAL_NAME(name) #name,
static const char *const names[] = {HD_REAL_FUNCTIONS(HD_REAL_NAME)};
#undef HD_REAL_NAME

/* Conditions exist twice in old C libraries; without a version the look-up may give the one from before 2003, whose
 * pthread_cond_t is another structure. Elsewhere than on x86-64 that version does not exist, and the plain look-up is right. */
static void *find(const char *name) {
  void *function = NULL;
  if (strncmp(name, "pthread_cond_", 13) == 0) function = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
  return function ? function : dlsym(RTLD_NEXT, name);
}

static void find_all(void) {
  void **functions = (void **)&hd_real;
  for (unsigned i = 0; i < HD_REAL_COUNT; i++)
    if (!functions[i]) functions[i] = find(names[i]);
}

void *hd_real_find(enum hd_real_number number) {
  static bool begun;
  void **functions = (void **)&hd_real;
  if (!__atomic_exchange_n(&begun, true, __ATOMIC_RELAXED)) find_all();
  if (!functions[number]) functions[number] = find(names[number]);
  if (!functions[number]) {
    const char before[] = "heddle: the C library has no ", after[] = "\n";
    struct iovec line[] = {
        {(void *)before, sizeof before - 1}, {(void *)names[number], strlen(names[number])}, {(void *)after, sizeof after - 1}};
    ssize_t said = REAL(writev)(STDERR_FILENO, line, 3);
    (void)said;
    abort();
  }
  return functions[number];
}

__attribute__((constructor(101))) static void find_early(void) { hd_real_find(0); }
