/* Work in the background.
 *
 * A thread compresses some megabytes with zlib, while the main thread goes on with what it has to do: here it shows the progress, and then
 * waits until the archive is complete.
 *
 * What to look at: the two lanes. The zipper runs from its start to its end, without a wait; main mostly sleeps, and needs the other only
 * at the end: its wait for the join ends where the zipper ends.
 * What to try: call zip(NULL) instead of starting a thread: nothing shows progress any more. Or start two zippers: with two processors
 * they take no longer than one.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 2
 * expect: actor thread zipper
 * expect: state main blocked 200 -
 * expect: state zipper wait-lock - 50
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCKS 100
#define BLOCK_BYTES 200000
static unsigned char block[BLOCK_BYTES], packed[BLOCK_BYTES + BLOCK_BYTES / 100 + 100];
static struct hd_shared blocks_done;
static unsigned long packed_bytes;

static void zip(void *unused) {
  for (int i = 0; i < BLOCKS; i++) {
    for (int k = 0; k < BLOCK_BYTES; k++) block[k] = (unsigned char)('a' + rand() % 12); /* something to chew on */
    uLongf bytes = sizeof packed;
    if (compress2(packed, &bytes, block, sizeof block, 6) != Z_OK) return;
    packed_bytes += bytes;
    hd_shared_update(&blocks_done, 1);
  }
}

int main(void) {
  struct hd_thread zipper;
  hd_shared_init(&blocks_done, 0, "blocks_done");
  hd_thread_create(&zipper, zip, NULL, "zipper");
  for (int i = 0; i < 12; i++) {
    usleep(100000);
    printf("main: %d of %d blocks are packed, and I am free for other things\n", (int)hd_shared_read(&blocks_done), BLOCKS);
  }
  hd_thread_join(&zipper);
  printf("main: %d bytes became %lu\n", BLOCKS * BLOCK_BYTES, packed_bytes);
  return 0;
}
