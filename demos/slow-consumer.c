/* A queue with a bound, and a slow consumer.
 *
 * A camera takes a picture every 20 ms and puts it into a queue that holds five. A developer needs 60 ms for each. So the queue fills up,
 * and from then on the camera waits: the bound slows it down to what the developer can do. Without a bound it would not notice, and the
 * queue would grow for ever.
 *
 * What to look at: the depth of the queue climbs to five and stays there, until the camera is done and it falls again. An arrow goes from
 * the put of each picture to the get of that same picture: the arrows grow longer, that is the time a picture lies in the queue. When the
 * queue is full, it is the camera's waits that grow.
 * What to try: a bound of 0, for none. Or two developers.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects queue 1
 * expect: passed 24 24 pictures
 * expect: state camera wait-queue 300 -
 * expect: state main wait-join 300 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define PICTURES 24
static struct hd_queue pictures;

static void take_pictures(void *unused) {
  static int film[PICTURES];
  for (int i = 0; i < PICTURES; i++) {
    usleep(20000);
    film[i] = i + 1;
    hd_queue_put(&pictures, &film[i]);
  }
}

static void develop_pictures(void *unused) {
  void *picture;
  while (hd_queue_get(&pictures, &picture) == HD_OK) {
    usleep(60000);
    printf("picture %d\n", *(int *)picture);
    hd_queue_task_done(&pictures);
  }
}

int main(void) {
  struct hd_thread camera, developer;
  hd_queue_init(&pictures, HD_QUEUE_FIFO, 5, "pictures");
  hd_thread_create(&developer, develop_pictures, NULL, "developer");
  hd_thread_create(&camera, take_pictures, NULL, "camera");
  hd_thread_join(&camera);
  hd_queue_join(&pictures);            /* until all are developed */
  hd_queue_shutdown(&pictures, false); /* the developer goes home */
  hd_thread_join(&developer);
  return 0;
}
