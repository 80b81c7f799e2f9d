/* A queue by priority.
 *
 * Patients come into a surgery, one every 30 ms, each with a number that says how urgent it is: 1 cannot wait, 3 can. The doctor takes 80
 * ms for each, and always calls the most urgent one next; among equal ones, the one that came first.
 *
 * What to look at: the arrows from put to get cross each other: who came later, and is more urgent, overtakes. The arrows of the urgent
 * patients are short, those of the others grow.
 * What to try: HD_QUEUE_FIFO instead of HD_QUEUE_PRIORITY: no arrow crosses another any more, and the urgent ones wait like all others.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 2
 * expect: objects queue 1
 * expect: passed 15 15 waiting_room
 * expect: state doctor wait-queue 50 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define PATIENTS 15
static struct hd_queue waiting_room;
struct patient {
  int number, urgency;
};

static void treat(void *unused) {
  void *item;
  while (hd_queue_get(&waiting_room, &item) == HD_OK) {
    const struct patient *patient = item;
    printf("patient %2d, urgency %d\n", patient->number, patient->urgency);
    usleep(80000);
  }
}

int main(void) {
  static struct patient patients[PATIENTS];
  struct hd_thread doctor;
  hd_queue_init(&waiting_room, HD_QUEUE_PRIORITY, 0, "waiting_room");
  hd_thread_create(&doctor, treat, NULL, "doctor");
  usleep(100000);
  for (int i = 0; i < PATIENTS; i++) {
    patients[i] = (struct patient){i + 1, i % 5 == 4 ? 1 : 3 - i % 2};
    hd_queue_put_priority(&waiting_room, &patients[i], patients[i].urgency);
    usleep(30000);
  }
  hd_queue_shutdown(&waiting_room, false); /* nobody else comes in; who is in it will be treated */
  hd_thread_join(&doctor);
  return 0;
}
