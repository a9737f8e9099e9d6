/*
 * The floor: what relaying costs on this machine when nothing is left but the system calls, recvmmsg and sendmmsg of up to
 * 64 datagrams. Each client address has a relay socket of its own, connected to the one peer, as a TURN server's
 * allocations have; the ChannelData header is taken off towards the peer and put on towards the client. There is no STUN, no
 * permission, no timer and no accounting, and nothing is checked. Whatever channel a client sends on, it receives on 0x4000.
 *
 *   forward --listen IP:PORT --peer IP:PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { BATCH = 64, HEADER = 4, PAYLOAD_MAX = 2048, RELAYS_MAX = 16384, SLOTS = 4 * RELAYS_MAX, ROUNDS_MAX = 4 };

struct relay {
  int fd;
  struct sockaddr_in client;
};

static struct relay relays[RELAYS_MAX];
static int relay_count;
static int slots[SLOTS]; /* Open addressing by client; 0 is free, else 1 + relay. */
static int listener, poller;
static struct sockaddr_in listen_address, peer_address;

/* Each payload has room for a header in front, so that one is written in place. */
static uint8_t payloads[BATCH][HEADER + PAYLOAD_MAX];
static struct sockaddr_in senders[BATCH];
static struct iovec in_parts[BATCH], out_parts[BATCH];
static struct mmsghdr in[BATCH], out[BATCH];

static struct sockaddr_in parse_address(const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  char ip[INET_ADDRSTRLEN] = "";
  const char *colon = strrchr(text, ':');
  if (colon && colon - text < INET_ADDRSTRLEN) memcpy(ip, text, colon - text);
  if (!colon || inet_pton(AF_INET, ip, &address.sin_addr) != 1) errx(2, "%s: not an IPv4 address and a port", text);
  address.sin_port = htons(atoi(colon + 1));
  return address;
}

static void watch(int fd, uint32_t id) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = id};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) err(1, "epoll_ctl");
}

static int open_relay(const struct sockaddr_in *client) {
  if (relay_count == RELAYS_MAX) errx(1, "more than %d clients", RELAYS_MAX);
  struct relay *relay = &relays[relay_count];
  struct sockaddr_in local = listen_address;
  local.sin_port = 0;
  relay->client = *client;
  relay->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (relay->fd < 0 || bind(relay->fd, (void *)&local, sizeof local) ||
      connect(relay->fd, (void *)&peer_address, sizeof peer_address))
    err(1, "relay socket");
  watch(relay->fd, 1 + relay_count);
  return relay_count++;
}

static int relay_of(const struct sockaddr_in *client) {
  uint32_t hash = (client->sin_addr.s_addr ^ (uint32_t)client->sin_port << 11) * 0x9e3779b1u;
  for (uint32_t slot = hash >> 16;; slot++) {
    int *entry = &slots[slot % SLOTS];
    if (!*entry) *entry = 1 + open_relay(client);
    struct relay *relay = &relays[*entry - 1];
    if (relay->client.sin_addr.s_addr == client->sin_addr.s_addr && relay->client.sin_port == client->sin_port)
      return *entry - 1;
  }
}

static int receive(int fd) {
  for (int i = 0; i < BATCH; i++) in[i].msg_hdr.msg_namelen = sizeof senders[i];
  return recvmmsg(fd, in, BATCH, MSG_DONTWAIT, NULL);
}

/* What does not fit into a socket buffer is dropped, one datagram at a time. */
static void transmit(int fd, int first, int count) {
  for (int sent = 0; sent < count;) {
    int result = sendmmsg(fd, out + first + sent, count - sent, MSG_DONTWAIT);
    sent += result > 0 ? result : 1;
  }
}

/* Neighbours in a batch that leave by the same relay socket leave in one call. */
static int forward_up(void) {
  int count = receive(listener), first = 0, current = -1;
  for (int i = 0; i < count; i++) {
    int relay = relay_of(&senders[i]);
    if (relay != current && i > first) {
      transmit(relays[current].fd, first, i - first);
      first = i;
    }
    current = relay;
    out_parts[i] = (struct iovec){payloads[i] + 2 * HEADER, in[i].msg_len < HEADER ? 0 : in[i].msg_len - HEADER};
    out[i].msg_hdr.msg_name = NULL;
    out[i].msg_hdr.msg_namelen = 0;
  }
  if (count > first) transmit(relays[current].fd, first, count - first);
  return count;
}

static int forward_down(int relay) {
  int count = receive(relays[relay].fd);
  for (int i = 0; i < count; i++) {
    unsigned length = in[i].msg_len;
    memcpy(payloads[i], (uint8_t[HEADER]){0x40, 0, length >> 8, length}, HEADER);
    out_parts[i] = (struct iovec){payloads[i], HEADER + length};
    out[i].msg_hdr.msg_name = &relays[relay].client;
    out[i].msg_hdr.msg_namelen = sizeof relays[relay].client;
  }
  if (count > 0) transmit(listener, 0, count);
  return count;
}

int main(int argc, char **argv) {
  if (argc != 5 || strcmp(argv[1], "--listen") || strcmp(argv[3], "--peer"))
    errx(2, "usage: forward --listen IP:PORT --peer IP:PORT");
  listen_address = parse_address(argv[2]);
  peer_address = parse_address(argv[4]);
  for (int i = 0; i < BATCH; i++) {
    in_parts[i] = (struct iovec){payloads[i] + HEADER, PAYLOAD_MAX};
    in[i].msg_hdr = (struct msghdr){.msg_iov = &in_parts[i], .msg_iovlen = 1, .msg_name = &senders[i]};
    out[i].msg_hdr = (struct msghdr){.msg_iov = &out_parts[i], .msg_iovlen = 1};
  }
  poller = epoll_create1(0);
  listener = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (bind(listener, (void *)&listen_address, sizeof listen_address)) err(1, "bind");
  watch(listener, 0);
  struct epoll_event events[256];
  for (;;) {
    int ready = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      uint32_t id = events[i].data.u32;
      for (int round = 0; round < ROUNDS_MAX && (id ? forward_down(id - 1) : forward_up()) == BATCH; round++);
    }
  }
}
