/* What a small message costs from one process to another: a round trip through pipes made by pipe(2), through an hd_pipe and through two
 * process queues; and an item of a process queue, put by one process as fast as another gets it. Nanoseconds of wall time, the median over
 * rounds that take turns.
 *
 * usage: message COUNT [heddle]      heddle: only the runtime's own, for a run that is recorded
 * prints: pipe(2)'s, hd_pipe's, the median of their ratios, the queues' round trip, the queue's item (0 for what was not measured) */
#include <heddle/heddle.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 9
#include "rounds.h"
#define ITEM_COUNT_FACTOR 4

static long count;
static char message[64];

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void must(bool done) {
  if (!done) exit(1);
}

/* One side's way to send a message, and to receive one. */
struct side {
  void (*send)(const struct side *side);
  void (*receive)(const struct side *side);
  int read_descriptor, write_descriptor;
  struct hd_pipe *pipe;
  struct hd_process_queue *in, *out;
};

static void write_bare(const struct side *side) { must(write(side->write_descriptor, message, sizeof message) == sizeof message); }
static void read_bare(const struct side *side) { must(read(side->read_descriptor, message, sizeof message) == sizeof message); }
static void send_pipe(const struct side *side) { must(hd_pipe_send(side->pipe, message, sizeof message) == HD_OK); }
static void receive_pipe(const struct side *side) {
  size_t bytes;
  must(hd_pipe_receive(side->pipe, message, sizeof message, &bytes) == HD_OK);
}
static void put_queue(const struct side *side) { must(hd_process_queue_put(side->out, message, sizeof message) == HD_OK); }
static void get_queue(const struct side *side) {
  size_t bytes;
  must(hd_process_queue_get(side->in, message, sizeof message, &bytes) == HD_OK);
}

static double round_trip_ns(const struct side *near, const struct side *far) {
  pid_t child = fork();
  must(child >= 0);
  if (child == 0) {
    for (long i = 0; i <= count; i++) far->receive(far), far->send(far);
    _exit(0);
  }
  near->send(near), near->receive(near); /* both are there */
  double began_ns = now_ns();
  for (long i = 0; i < count; i++) near->send(near), near->receive(near);
  double took_ns = now_ns() - began_ns;
  must(waitpid(child, NULL, 0) == child);
  return took_ns / (double)count;
}

static double item_ns(const struct side *near, const struct side *far) {
  long items = count * ITEM_COUNT_FACTOR;
  pid_t child = fork();
  must(child >= 0);
  if (child == 0) {
    for (long i = 0; i < items; i++) far->send(far);
    _exit(0);
  }
  near->receive(near);
  double began_ns = now_ns();
  for (long i = 1; i < items; i++) near->receive(near);
  double took_ns = now_ns() - began_ns;
  must(waitpid(child, NULL, 0) == child);
  return took_ns / (double)(items - 1);
}

int main(int argument_count, char **arguments) {
  if (argument_count < 2) return 2;
  count = atol(arguments[1]);
  bool only_ours = argument_count > 2;
  int there[2], back[2];
  struct hd_pipe near_end, far_end;
  struct hd_process_queue *in, *out;
  must(pipe(there) == 0 && pipe(back) == 0);
  must(hd_pipe_create(&near_end, &far_end, "messages") == HD_OK);
  must(hd_process_queue_new(&in, 64, 64 * 80, "in") == HD_OK && hd_process_queue_new(&out, 64, 64 * 80, "out") == HD_OK);
  struct side bare[] = {{.send = write_bare, .receive = read_bare, .read_descriptor = back[0], .write_descriptor = there[1]},
                        {.send = write_bare, .receive = read_bare, .read_descriptor = there[0], .write_descriptor = back[1]}};
  struct side pipes[] = {{.send = send_pipe, .receive = receive_pipe, .pipe = &near_end},
                         {.send = send_pipe, .receive = receive_pipe, .pipe = &far_end}};
  struct side queues[] = {{.send = put_queue, .receive = get_queue, .in = in, .out = out},
                          {.send = put_queue, .receive = get_queue, .in = out, .out = in}};
  double bare_ns[ROUNDS] = {0}, pipe_ns[ROUNDS], ratio[ROUNDS] = {0}, queue_ns[ROUNDS], queue_item_ns[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    if (!only_ours) bare_ns[i] = round_trip_ns(&bare[0], &bare[1]);
    pipe_ns[i] = round_trip_ns(&pipes[0], &pipes[1]);
    if (!only_ours) ratio[i] = pipe_ns[i] / bare_ns[i];
    queue_ns[i] = round_trip_ns(&queues[0], &queues[1]);
    queue_item_ns[i] = item_ns(&queues[0], &queues[1]);
  }
  printf("%.0f %.0f %.3f %.0f %.0f\n", median(bare_ns), median(pipe_ns), median(ratio), median(queue_ns), median(queue_item_ns));
  return 0;
}
