/* Two full pipes, and nobody who reads.
 *
 * Rome and Paris exchange archives of forty documents over a duplex pipe. Both are polite, and send all of theirs before they read. Each
 * direction of the pipe fills up; each waits for room, which only the other could make, by reading.
 *
 * What to look at: two waits in a send that never end, each for a direction of the pipe that only the other empties. With ten documents
 * each it goes well: all fit into the pipe. So a program may work for years, until somebody sends a longer message. What to try: let Paris
 * read first; or let each use a second thread to read.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: processes 3
 * expect: actor process rome
 * expect: actor process paris
 * expect: objects pipe 2
 * expect: finding deadlock occurred rome,paris
 * expect: state rome wait-pipe 700 -
 * expect: state paris wait-pipe 700 -
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define DOCUMENTS 40
static char document[16000];
static struct hd_pipe rome_end, paris_end;

static int exchange(struct hd_pipe *end) {
  size_t bytes;
  for (int i = 0; i < DOCUMENTS; i++) hd_pipe_send(end, document, sizeof document);
  for (int i = 0; i < DOCUMENTS; i++) hd_pipe_receive(end, document, sizeof document, &bytes);
  return 0;
}

static int be_rome(void *unused) {
  hd_pipe_close(&paris_end);
  return exchange(&rome_end);
}

static int be_paris(void *unused) {
  hd_pipe_close(&rome_end);
  return exchange(&paris_end);
}

int main(void) {
  struct hd_process rome, paris;
  hd_pipe_create(&rome_end, &paris_end, "archives");
  hd_process_create(&rome, be_rome, NULL, "rome");
  hd_process_create(&paris, be_paris, NULL, "paris");
  hd_pipe_close(&rome_end);
  hd_pipe_close(&paris_end);
  if (hd_process_join_timed(&rome, 1300 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) {
    fputs("deadlock: rome and paris hang; giving up\n", stderr);
    hd_process_kill(&rome);
    hd_process_kill(&paris);
    hd_process_join(&rome);
    hd_process_join(&paris);
    return 1;
  }
  hd_process_join(&paris);
  return 0;
}
