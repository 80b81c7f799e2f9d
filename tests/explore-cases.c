/* Small mistakes that no sleep brings about: whether they show is for the order of events to say. One a name. */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct hd_lock savings, checking, door;
static struct hd_condition bell;
static struct hd_shared balance;

static void save_less(void *unused) {
  hd_lock_acquire(&savings);
  hd_lock_acquire(&checking);
  hd_lock_release(&checking);
  hd_lock_release(&savings);
}
static void save_more(void *unused) {
  hd_lock_acquire(&checking);
  hd_lock_acquire(&savings);
  hd_lock_release(&savings);
  hd_lock_release(&checking);
}

static void deposit(void *unused) {
  for (int i = 0; i < 3; i++) hd_shared_write(&balance, hd_shared_read(&balance) + 1);
}
static void deposit_safely(void *unused) {
  for (int i = 0; i < 3; i++) {
    hd_lock_acquire(&door);
    hd_shared_write(&balance, hd_shared_read(&balance) + 1);
    hd_lock_release(&door);
  }
}

static void ring(void *unused) {
  hd_lock_acquire(&door);
  hd_condition_notify(&bell, 1);
  hd_lock_release(&door);
}
static void listen(void *unused) {
  hd_lock_acquire(&door);
  hd_condition_wait(&bell);
  hd_lock_release(&door);
}

static void look(void *unused) {
  hd_shared_write(&balance, 1);
  if (hd_shared_read(&balance) != 1) abort();
}
static void overwrite(void *unused) { hd_shared_write(&balance, 2); }

static void spin(void *unused) {
  for (;;) usleep(1000);
}
static void rest(void *unused) {}

static const struct {
  const char *name;
  hd_thread_routine *one, *other;
} cases[] = {{"ab-ba", save_less, save_more}, {"lost-update", deposit, deposit}, {"lost-wakeup", listen, ring},
             {"crash", look, overwrite},      {"endless", spin, rest},           {"fine", deposit_safely, deposit_safely}};

int main(int argument_count, char **arguments) {
  struct hd_thread one, other;
  hd_lock_init(&savings, "savings");
  hd_lock_init(&checking, "checking");
  hd_lock_init(&door, "door");
  hd_condition_init(&bell, &door, "bell");
  hd_shared_init(&balance, 0, "balance");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (argument_count < 2 || strcmp(arguments[1], cases[i].name) != 0) continue;
    hd_thread_create(&one, cases[i].one, NULL, "one");
    hd_thread_create(&other, cases[i].other, NULL, "other");
    hd_thread_join(&one);
    hd_thread_join(&other);
    return 0;
  }
  return 125;
}
