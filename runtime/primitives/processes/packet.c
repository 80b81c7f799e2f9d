#include "packet.h"
#include "blocking.h"
#include "system.h"
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int hd_packet_make_rest(const void *message, size_t bytes, int *rest) {
  *rest = -1;
  if (bytes <= HD_PACKET_BYTES) return HD_OK;
  *rest = memfd_create("heddle-message", MFD_CLOEXEC);
  if (*rest < 0) return hd_error_of(errno);
  for (size_t done = HD_PACKET_BYTES; done < bytes;) {
    ssize_t count = write(*rest, (const char *)message + done, bytes - done);
    if (count > 0)
      done += (size_t)count;
    else if (count == 0 || errno != EINTR) {
      hd_close(rest);
      return HD_ERROR_NO_MEMORY;
    }
  }
  return HD_OK;
}

int hd_packet_read_rest(const struct hd_packet *packet, void *message) {
  size_t bytes = (size_t)packet->frame.bytes;
  for (size_t done = hd_packet_bytes(&packet->frame); done < bytes;) {
    ssize_t count = pread(packet->rest, (char *)message + done, bytes - done, (off_t)(done - HD_PACKET_BYTES));
    if (count > 0)
      done += (size_t)count;
    else if (count == 0 || errno != EINTR)
      return HD_ERROR_NO_RESOURCES;
  }
  return HD_OK;
}

union ancillary {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

int hd_packet_send(int descriptor, const struct hd_frame *frame, const void *message, int rest, int flags) {
  struct iovec parts[] = {{(void *)(uintptr_t)frame, sizeof *frame}, {(void *)(uintptr_t)message, hd_packet_bytes(frame)}};
  union ancillary ancillary;
  struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
  if (rest >= 0) {
    memset(&ancillary, 0, sizeof ancillary);
    header.msg_control = &ancillary;
    header.msg_controllen = sizeof ancillary;
    struct cmsghdr *carried = CMSG_FIRSTHDR(&header);
    carried->cmsg_level = SOL_SOCKET;
    carried->cmsg_type = SCM_RIGHTS;
    carried->cmsg_len = CMSG_LEN(sizeof rest);
    memcpy(CMSG_DATA(carried), &rest, sizeof rest);
  }
  if (!(flags & MSG_DONTWAIT)) hd_blocking_begin();
  while (sendmsg(descriptor, &header, flags | MSG_NOSIGNAL) < 0)
    if (errno != EINTR) return errno == EAGAIN ? HD_ERROR_WOULD_BLOCK : hd_error_of(errno);
  return HD_OK;
}

static int carried_descriptor(struct msghdr *header) {
  const struct cmsghdr *carried = CMSG_FIRSTHDR(header);
  int descriptor = -1;
  if (carried && carried->cmsg_level == SOL_SOCKET && carried->cmsg_type == SCM_RIGHTS)
    memcpy(&descriptor, CMSG_DATA(carried), sizeof descriptor);
  return descriptor;
}

int hd_packet_receive(int descriptor, struct hd_packet *packet, void *buffer, size_t capacity, void *spill, int flags) {
  if (capacity > HD_PACKET_BYTES) capacity = HD_PACKET_BYTES;
  struct iovec parts[] = {{&packet->frame, sizeof packet->frame}, {buffer, capacity}, {spill, HD_PACKET_BYTES - capacity}};
  union ancillary ancillary;
  struct msghdr header;
  ssize_t count;
  if (!(flags & MSG_DONTWAIT)) hd_blocking_begin();
  do {
    header = (struct msghdr){.msg_iov = parts, .msg_iovlen = 3, .msg_control = &ancillary, .msg_controllen = sizeof ancillary};
    count = recvmsg(descriptor, &header, flags | MSG_CMSG_CLOEXEC);
    /* ECONNRESET: the other end was closed before it had received all of ours, which says nothing of what is to be received here. */
  } while (count < 0 && (errno == EINTR || errno == ECONNRESET));
  if (count <= 0) return count == 0 ? HD_ERROR_END_OF_FILE : errno == EAGAIN ? HD_ERROR_WOULD_BLOCK : hd_error_of(errno);
  packet->rest = carried_descriptor(&header);
  return packet->rest < 0 && packet->frame.bytes > HD_PACKET_BYTES ? HD_ERROR_NO_RESOURCES : HD_OK;
}
