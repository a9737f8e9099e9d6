// Transport addresses between the rows of typed arrays that TypeScript uses and the system's structures.
//
// A row is five 32-bit words: `family << 16 | port` with the family as the number 4 or 6, then the address, its most
// significant word first; an IPv4 address is followed by three zeroes.
#ifndef TACITURN_ADDRESS_H
#define TACITURN_ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#define ADDRESS_WORDS 5

union transport_address {
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
};

static inline int row_family(const uint32_t *row) {
  return row[0] >> 16 == 4 ? AF_INET : AF_INET6;
}

// Answers how long the address is.
static inline socklen_t read_row(const uint32_t *row, union transport_address *address) {
  if (row_family(row) == AF_INET) {
    address->ipv4 = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)row[0]),
        .sin_addr = {htonl(row[1])},
    };
    return sizeof(struct sockaddr_in);
  }
  address->ipv6 = (struct sockaddr_in6){
      .sin6_family = AF_INET6,
      .sin6_port = htons((uint16_t)row[0]),
  };
  for (int word = 0; word < 4; word++) {
    address->ipv6.sin6_addr.s6_addr32[word] = htonl(row[1 + word]);
  }
  return sizeof(struct sockaddr_in6);
}

static inline void write_row_ipv4(uint32_t *row, const struct in_addr *address, uint16_t port) {
  row[0] = 4u << 16 | port;
  row[1] = ntohl(address->s_addr);
  row[2] = row[3] = row[4] = 0;
}

static inline void write_row_ipv6(uint32_t *row, const struct in6_addr *address, uint16_t port) {
  row[0] = 6u << 16 | port;
  for (int word = 0; word < 4; word++) {
    row[1 + word] = ntohl(address->s6_addr32[word]);
  }
}

static inline void write_row(uint32_t *row, const union transport_address *address) {
  if (address->any.sa_family == AF_INET) {
    write_row_ipv4(row, &address->ipv4.sin_addr, ntohs(address->ipv4.sin_port));
  } else {
    write_row_ipv6(row, &address->ipv6.sin6_addr, ntohs(address->ipv6.sin6_port));
  }
}

#endif
