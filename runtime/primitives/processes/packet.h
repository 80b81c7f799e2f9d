/* Packets: how a message travels through a pipe. One message is one packet of a SOCK_SEQPACKET socket: its frame, its first bytes and, when
 * there are more, the descriptor of an unnamed file that holds the rest. */
#ifndef HEDDLE_PACKET_H
#define HEDDLE_PACKET_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of a message in the packet itself. More would fit (some 200 KiB), but a receiver keeps room for them on its stack. */
#define HD_PACKET_BYTES ((size_t)16384)

struct hd_frame {
  uint64_t bytes;  /* of the whole message */
  uint32_t number; /* of the message in its direction; 0: not recorded */
  uint32_t unused;
};

/* A message that was received, but not all of it read. */
struct hd_packet {
  struct hd_frame frame;
  int rest; /* descriptor of what does not fit in the packet, or -1; owned */
};
static inline size_t hd_packet_bytes(const struct hd_frame *frame) {
  return frame->bytes < HD_PACKET_BYTES ? (size_t)frame->bytes : HD_PACKET_BYTES;
}

/* A file that holds what of the message does not fit in its packet. A code of the runtime; *rest is -1 when nothing is left. */
int hd_packet_make_rest(const void *message, size_t bytes, int *rest);
/* Reads it into message, behind what came in the packet. */
int hd_packet_read_rest(const struct hd_packet *packet, void *message);

/* Sends it; flags: 0 or MSG_DONTWAIT. HD_OK, HD_ERROR_WOULD_BLOCK, HD_ERROR_CLOSED … */
int hd_packet_send(int descriptor, const struct hd_frame *frame, const void *message, int rest, int flags);
/* Receives one: of the message's first bytes as many as capacity into buffer, the others into spill, which has room for HD_PACKET_BYTES.
 * HD_OK, HD_ERROR_WOULD_BLOCK, HD_ERROR_END_OF_FILE, HD_ERROR_NO_RESOURCES: its rest is lost. */
int hd_packet_receive(int descriptor, struct hd_packet *packet, void *buffer, size_t capacity, void *spill, int flags);

#endif
