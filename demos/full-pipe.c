/* A full pipe makes its writer wait.
 *
 * A scanner sends forty pages as fast as it can; the archive, which receives them, only opens after half a second. A pipe holds some 200
 * KiB: when it is full, the scanner waits in its send, though it has nothing to wait for but room.
 *
 * What to look at: the depth of the pipe climbs at once, then stands still, and the scanner waits. It goes on some time after the archive
 * has begun to receive: the system wakes a sender only when most of the pipe is empty, so the scanner works in bursts. The arrows of the
 * first pages are long: those lay in the pipe all the while. What to try: let the archive open before the scanner begins.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 2
 * expect: actor process scanner
 * expect: objects pipe 1
 * expect: passed 40 40 pages
 * expect: state scanner wait-pipe 500 -
 */
#include <heddle/heddle.h>
#include <unistd.h>

#define PAGES 40
static char page[16000];
static struct hd_pipe receiver, sender;

static int scan(void *unused) {
  hd_pipe_close(&receiver);
  for (int i = 0; i < PAGES; i++) hd_pipe_send(&sender, page, sizeof page);
  return 0;
}

int main(void) {
  struct hd_process scanner;
  size_t bytes;
  hd_pipe_create_one_way(&receiver, &sender, "pages");
  hd_process_create(&scanner, scan, NULL, "scanner");
  hd_pipe_close(&sender);
  usleep(500000); /* the archive is still closed */
  while (hd_pipe_receive(&receiver, page, sizeof page, &bytes) == HD_OK) usleep(15000);
  hd_process_join(&scanner);
  return 0;
}
