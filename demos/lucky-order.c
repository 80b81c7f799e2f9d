/* A deadlock that did not happen (plain pthreads).
 *
 * This program does not know of Heddle: it was written with POSIX threads only, and is recorded all the same. Carol locks the ledger, then
 * the vault; dave, later, the vault and then the ledger. Today dave comes when carol is done.
 *
 * What to look at: the run is fine, and ends with status 0. The finding is a prediction: it names the two places and says which
 * order of events would have hung.
 * What to try: remove dave's first sleep.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actor thread carol
 * expect: actor thread dave
 * expect: finding lock-order predicted|potential carol,dave
 */
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER, vault = PTHREAD_MUTEX_INITIALIZER;

static void *carol(void *unused) {
  pthread_mutex_lock(&ledger);
  usleep(100000);
  pthread_mutex_lock(&vault);
  usleep(100000);
  pthread_mutex_unlock(&vault);
  pthread_mutex_unlock(&ledger);
  return unused;
}

static void *dave(void *unused) {
  usleep(600000);
  pthread_mutex_lock(&vault);
  usleep(200000);
  pthread_mutex_lock(&ledger);
  usleep(100000);
  pthread_mutex_unlock(&ledger);
  pthread_mutex_unlock(&vault);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, carol, NULL);
  pthread_setname_np(first, "carol");
  pthread_create(&second, NULL, dave, NULL);
  pthread_setname_np(second, "dave");
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  return 0;
}
