/* A stream behind its handles: a descriptor and what was read ahead. */
#ifndef HEDDLE_ASYNC_STREAM_STATE_H
#define HEDDLE_ASYNC_STREAM_STATE_H
#include "descriptor.h"
#include <heddle/async-stream.h>

struct hd_async_stream_state {
  uint32_t references; /* handles, and who is in a call */
  struct hd_descriptor *descriptor;
  bool is_socket;
  bool reading; /* a task is */
  bool writing;
  bool at_end;                     /* what is read ahead is the last */
  struct hd_async_waiters writers; /* whose turn to write is later */
  char *data;                      /* owned; read ahead is what lies from begin to end; a byte more has room */
  size_t begin, end, capacity;
};

/* Makes one of a descriptor, which it takes over on success. */
int hd_stream_new(struct hd_async_stream *stream, int descriptor);
/* Reads what there is into its memory, without waiting: HD_OK, HD_ERROR_WOULD_BLOCK, HD_ERROR_END_OF_FILE, HD_ERROR_CLOSED,
 * HD_ERROR_NO_MEMORY. */
int hd_stream_fill(struct hd_async_stream_state *stream);
/* Writes a part, without waiting: HD_OK or as above. */
int hd_stream_send(struct hd_async_stream_state *stream, const void *data, size_t bytes, size_t *sent);
/* Hands over what was read ahead, with a zero behind it; not NULL unless no memory is left. */
char *hd_stream_take_all(struct hd_async_stream_state *stream, size_t *bytes);

#endif
