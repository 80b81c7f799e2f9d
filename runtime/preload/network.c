/* Sockets. */
#include "preload.h"

#define CALL(operation) hd_call_begin(&call, HD_OPERATION_CALL_##operation, descriptor, HERE)

HD_BLOCKING(int, accept, (int descriptor, __SOCKADDR_ARG address, socklen_t *restrict length), (descriptor, address, length), CALL(ACCEPT))
HD_BLOCKING(int, accept4, (int descriptor, __SOCKADDR_ARG address, socklen_t *restrict length, int flags),
            (descriptor, address, length, flags), CALL(ACCEPT))
HD_BLOCKING(int, connect, (int descriptor, __CONST_SOCKADDR_ARG address, socklen_t length), (descriptor, address, length), CALL(CONNECT))
HD_BLOCKING(ssize_t, recv, (int descriptor, void *buffer, size_t count, int flags), (descriptor, buffer, count, flags), CALL(RECEIVE))
HD_BLOCKING(ssize_t, recvfrom,
            (int descriptor, void *restrict buffer, size_t count, int flags, __SOCKADDR_ARG address, socklen_t *restrict length),
            (descriptor, buffer, count, flags, address, length), CALL(RECEIVE))
HD_BLOCKING(ssize_t, recvmsg, (int descriptor, struct msghdr *message, int flags), (descriptor, message, flags), CALL(RECEIVE))
HD_BLOCKING(int, recvmmsg, (int descriptor, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout),
            (descriptor, messages, count, flags, timeout), CALL(RECEIVE))
HD_BLOCKING(ssize_t, __recv_chk, (int descriptor, void *buffer, size_t count, size_t room, int flags),
            (descriptor, buffer, count, room, flags), CALL(RECEIVE))
HD_BLOCKING(ssize_t, __recvfrom_chk,
            (int descriptor, void *buffer, size_t count, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *length),
            (descriptor, buffer, count, room, flags, address, length), CALL(RECEIVE))
HD_BLOCKING(ssize_t, send, (int descriptor, const void *buffer, size_t count, int flags), (descriptor, buffer, count, flags), CALL(SEND))
HD_BLOCKING(ssize_t, sendto, (int descriptor, const void *buffer, size_t count, int flags, __CONST_SOCKADDR_ARG address, socklen_t length),
            (descriptor, buffer, count, flags, address, length), CALL(SEND))
HD_BLOCKING(ssize_t, sendmsg, (int descriptor, const struct msghdr *message, int flags), (descriptor, message, flags), CALL(SEND))
HD_BLOCKING(int, sendmmsg, (int descriptor, struct mmsghdr *messages, unsigned count, int flags), (descriptor, messages, count, flags),
            CALL(SEND))
