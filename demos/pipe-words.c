/* Producer and consumer over a pipe, to the end of file.
 *
 * A poet, a process of its own, sends a word every 60 ms through a one-way pipe; a reader receives them. After the last word the poet
 * closes the pipe, and the reader gets the end of file: so it knows that nothing more will come.
 *
 * What to look at: every wait of the reader ends at a send, the last one at the poet's close. The arrow of each word is short: the reader
 * is faster. Where two processes share a pipe, each closes the end that it does not use. What to try: let the reader keep its copy of the
 * sender's end. There is no end of file then, since somebody could still send: the reader waits for ever.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 3
 * expect: actor process poet
 * expect: actor process reader
 * expect: objects pipe 1
 * expect: passed 14 14 words
 * expect: state reader wait-pipe 600 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct hd_pipe receiver, sender;

static int write_poem(void *unused) {
  static const char *const poem[] = {"I",      "wandered", "lonely", "as",   "a",     "cloud", "that",
                                     "floats", "on",       "high",   "o'er", "vales", "and",   "hills"};
  hd_pipe_close(&receiver);
  for (size_t i = 0; i < sizeof poem / sizeof *poem; i++) {
    usleep(60000);
    hd_pipe_send(&sender, poem[i], strlen(poem[i]));
  }
  hd_pipe_close(&sender);
  usleep(100000); /* rests on its laurels: the reader need not wait for its end */
  return 0;
}

static int read_poem(void *unused) {
  char word[32];
  size_t bytes;
  hd_pipe_close(&sender);
  while (hd_pipe_receive(&receiver, word, sizeof word, &bytes) == HD_OK) printf("%.*s ", (int)bytes, word);
  puts("(end of file)");
  return 0;
}

int main(void) {
  struct hd_process poet, reader;
  hd_pipe_create_one_way(&receiver, &sender, "words");
  hd_process_create(&poet, write_poem, NULL, "poet");
  hd_process_create(&reader, read_poem, NULL, "reader");
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver);
  hd_process_join(&poet);
  hd_process_join(&reader);
  return 0;
}
