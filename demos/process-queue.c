/* Producer and consumers in processes of their own, over a queue.
 *
 * A camera takes sixteen photos, one every 20 ms, and puts them into a queue that holds four. Two developers get them, each takes 120 ms
 * for one. All three are processes: what one writes into its memory the others never see, so the photos go through a queue in shared
 * memory.
 *
 * What to look at: the queue's depth. At first the developers wait for photos; soon the queue is full, and the camera waits for the
 * developers: its waits end just when a photo is taken out. Each arrow leads from the put of a photo to the get of that same photo; its
 * length is how long the photo lay in the queue. At the end the camera shuts the queue down, and so the developers know that they are done.
 * What to try: a queue that holds a hundred photos; a third developer.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: actor process camera
 * expect: actor process developer-1
 * expect: actor process developer-2
 * expect: objects queue 1
 * expect: passed 16 16 photos
 * expect: state camera wait-queue 250 -
 */
#include <heddle/heddle.h>
#include <unistd.h>

#define PHOTOS 16
struct photo {
  int number;
  char pixels[1000];
};
static struct hd_process_queue *photos;

static int take_photos(void *unused) {
  struct photo photo = {0};
  for (int i = 0; i < PHOTOS; i++) {
    usleep(20000);
    photo.number = i;
    hd_process_queue_put(photos, &photo, sizeof photo);
  }
  hd_process_queue_shutdown(photos, false); /* what is in it can still be got */
  return 0;
}

static int develop(void *unused) {
  struct photo photo;
  size_t bytes;
  while (hd_process_queue_get(photos, &photo, sizeof photo, &bytes) == HD_OK) usleep(120000);
  return 0;
}

int main(void) {
  struct hd_process developers[2], camera;
  hd_process_queue_new(&photos, 4, 8 * sizeof(struct photo), "photos");
  hd_process_create(&developers[0], develop, NULL, "developer-1");
  hd_process_create(&developers[1], develop, NULL, "developer-2");
  hd_process_create(&camera, take_photos, NULL, "camera");
  hd_process_join(&camera);
  for (int i = 0; i < 2; i++) hd_process_join(&developers[i]);
  return 0;
}
