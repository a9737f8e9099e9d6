#include "engine.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define ICMP_DESTINATION_UNREACHABLE 3
#define ICMP_FRAGMENTATION_NEEDED 4
#define ICMPV6_PACKET_TOO_BIG 2

static int set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value);
}

// Fragmentation is the path's business unless the client asked for DF (RFC 8656 §14); the system would set DF by
// itself to find the path's MTU, and then split what does not fit.
static int set_fragmentation(int fd, int family, bool dont_fragment) {
  return family == AF_INET
             ? set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, dont_fragment ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT)
             : set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, dont_fragment ? IPV6_PMTUDISC_DO : IPV6_PMTUDISC_DONT);
}

// RFC 8656 §14: DSCP and ECN leave as they came, so each datagram is to bring its own.
// Deviates: from what §14 prefers for the TTL, one less than it came with, and takes its alternate, the system's default.
// A class is mostly 0, but a TTL never is the default: each datagram would be sent with a control message, by the slower
// call, and would have to be received with two.
static int ask_for_traffic_class(int fd, int family) {
  return family == AF_INET ? set_option(fd, IPPROTO_IP, IP_RECVTOS, 1)
                           : set_option(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
}

static int set_options(const struct engine *engine, int fd, int family, uint32_t flags) {
  int failed = set_fragmentation(fd, family, flags & OPEN_DONT_FRAGMENT);
  failed |= ask_for_traffic_class(fd, family);
  if (family == AF_INET6) {
    failed |= set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  }
  if (flags & OPEN_SHARED) {
    failed |= set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  }
  if (flags & OPEN_LARGE_BUFFER) {
    // The system grants less where net.core.rmem_max says so.
    failed |= set_option(fd, SOL_SOCKET, SO_RCVBUF, (int)engine->receive_buffer_bytes);
  }
  if (flags & OPEN_ERRORS) {
    failed |= family == AF_INET ? set_option(fd, IPPROTO_IP, IP_RECVERR, 1)
                                : set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
  }
  return failed == 0 ? 0 : errno;
}

// Binds to the address of `row`, and fills in the port when the system chose it.
static int bind_to(int fd, uint32_t *row) {
  union transport_address address;
  socklen_t length = read_row(row, &address);
  if (bind(fd, &address.any, length) != 0) {
    return errno;
  }
  if ((row[0] & 0xffff) == 0) {
    length = sizeof address;
    if (getsockname(fd, &address.any, &length) != 0) {
      return errno;
    }
    write_row(row, &address);
  }
  return 0;
}

int engine_open(struct engine *engine, uint32_t token, uint32_t *row, uint32_t flags) {
  struct datagram_socket *socket_entry = &engine->sockets[token];
  int family = row_family(row);
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return errno;
  }
  int error = set_options(engine, fd, family, flags);
  if (error == 0) {
    error = bind_to(fd, row);
  }
  if (error == EADDRINUSE) {
    // Perhaps a socket that was just closed has it still.
    engine->back_end->settle_closed(engine);
    error = bind_to(fd, row);
  }
  if (error == 0) {
    socket_entry->fd = fd;
    socket_entry->family = family;
    error = engine->back_end->add(engine, token);
  }
  if (error != 0) {
    socket_entry->fd = -1;
    close(fd);
  }
  return error;
}

void engine_close(struct engine *engine, uint32_t token) {
  struct datagram_socket *socket_entry = &engine->sockets[token];
  if (socket_entry->fd >= 0) {
    engine->back_end->remove(engine, token);
    close(socket_entry->fd);
    socket_entry->fd = -1;
    socket_entry->generation += 1;
  }
}

bool is_reported_error(int error) {
  switch (error) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENOPROTOOPT:
    case EPROTO:
    case EMSGSIZE:
      return true;
    default:
      return false;
  }
}

// With DF set, this host is the first router that a datagram can be too long for.
static bool is_own_refusal(const struct sock_extended_err *error) {
  return error->ee_origin == SO_EE_ORIGIN_LOCAL && error->ee_errno == EMSGSIZE;
}

// Answers false when the error is of no ICMP message, nor of one that a router would have sent.
static bool read_error(const struct sock_extended_err *error, int family, uint32_t *icmp) {
  if (error->ee_origin == SO_EE_ORIGIN_ICMP || error->ee_origin == SO_EE_ORIGIN_ICMP6) {
    icmp[0] = error->ee_type;
    icmp[1] = error->ee_code;
    icmp[2] = error->ee_info;
    return true;
  }
  if (is_own_refusal(error)) {
    icmp[0] = family == AF_INET ? ICMP_DESTINATION_UNREACHABLE : ICMPV6_PACKET_TOO_BIG;
    icmp[1] = family == AF_INET ? ICMP_FRAGMENTATION_NEEDED : 0;
    icmp[2] = error->ee_info;
    return true;
  }
  return false;
}

static const struct sock_extended_err *find_error(struct msghdr *message) {
  for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
    if ((control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_RECVERR) ||
        (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_RECVERR)) {
      return (const struct sock_extended_err *)CMSG_DATA(control);
    }
  }
  return NULL;
}

bool engine_take_errors(struct engine *engine, uint32_t token) {
  bool is_too_long = false;
  const struct datagram_socket *socket_entry = &engine->sockets[token];
  // An attacker who can make errors arrive must not hold the loop: the rest is thrown away unseen, as far as this goes.
  for (int taken = 0; taken < 2 * ERRORS_MAX; taken++) {
    union transport_address to;
    _Alignas(struct cmsghdr) uint8_t control[512];
    struct msghdr message = {
        .msg_name = &to,
        .msg_namelen = sizeof to,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    if (recvmsg(socket_entry->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
      break;
    }
    const struct sock_extended_err *error = find_error(&message);
    is_too_long = is_too_long || (error != NULL && is_own_refusal(error));
    if (error == NULL || message.msg_namelen == 0 || engine->errors[0] == ERRORS_MAX) {
      continue;
    }
    uint32_t *row = engine->errors + 1 + engine->errors[0] * ERROR_WORDS;
    if (read_error(error, socket_entry->family, row + 1 + ADDRESS_WORDS)) {
      row[0] = token;
      write_row(row + 1, &to);
      engine->errors[0] += 1;
    }
  }
  return is_too_long;
}

uint8_t read_traffic_class(const uint8_t *control, size_t control_bytes) {
  // No other control message was asked for.
  const struct cmsghdr *entry = (const struct cmsghdr *)control;
  if (control_bytes >= CMSG_LEN(sizeof(uint8_t)) && entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_TOS) {
    return *CMSG_DATA(entry);
  }
  if (control_bytes >= CMSG_LEN(sizeof(int)) && entry->cmsg_level == IPPROTO_IPV6 &&
      entry->cmsg_type == IPV6_TCLASS) {
    const int *traffic_class = (const int *)CMSG_DATA(entry);
    return (uint8_t)*traffic_class;
  }
  return 0;
}

static size_t write_control(uint8_t *control, int level, int type, const void *value, size_t value_bytes) {
  struct cmsghdr *entry = (struct cmsghdr *)control;
  entry->cmsg_level = level;
  entry->cmsg_type = type;
  entry->cmsg_len = CMSG_LEN(value_bytes);
  memcpy(CMSG_DATA(entry), value, value_bytes);
  return CMSG_SPACE(value_bytes);
}

size_t write_traffic_class(uint8_t *control, int family, int traffic_class) {
  return family == AF_INET
             ? write_control(control, IPPROTO_IP, IP_TOS, &traffic_class, sizeof traffic_class)
             : write_control(control, IPPROTO_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class);
}

size_t write_segment_size(uint8_t *control, uint16_t segment_bytes) {
  return write_control(control, IPPROTO_UDP, UDP_SEGMENT, &segment_bytes, sizeof segment_bytes);
}
