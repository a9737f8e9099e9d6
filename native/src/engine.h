// The UDP sockets of one worker: what both back ends share.
//
// TypeScript and C share memory: received datagrams are described by the rows of a batch, and sends by the rows of a
// queue, both typed arrays that are made once and reused. A call in either direction is made once per batch.
#ifndef TACITURN_ENGINE_H
#define TACITURN_ENGINE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"

// `native-layout.ts` has these and what `make_layout` names besides: it compares them before it makes an engine.
#define BATCH_MAX 64
#define QUEUE_MAX 128
#define ERRORS_MAX 16
#define SOCKETS_MAX 131072

// A row of the send queue: token, offset in the slab, length, traffic class, address.
#define QUEUE_WORDS (4 + ADDRESS_WORDS)
// A row of the errors: token, address, ICMP type, code, data. Their count stands before them.
#define ERROR_WORDS (1 + ADDRESS_WORDS + 3)

// The words of `pause`.
#define PAUSE_DATAGRAMS 0
#define PAUSE_US 1
#define PAUSE_WORDS 2

// The layout of a receive buffer: the kernel's words about the datagram (io_uring's header, the sender's address, a control
// message), then its payload, then room for padding. What stands before the payload has been read when TypeScript sees it,
// and is its headroom. The control message is shorter than its place, which brings the payload to the beginning of a cache
// line.
#define NAME_AT 16
#define NAME_BYTES 32
#define CONTROL_AT (NAME_AT + NAME_BYTES)
#define CONTROL_BYTES 80
#define PAYLOAD_AT (CONTROL_AT + CONTROL_BYTES)
#define PAYLOAD_BYTES_MAX 65535
// An odd number of cache lines, so that the beginnings of the buffers fall into all sets of the caches.
#define BUFFER_BYTES (1033 * 64)

// What a socket is opened for.
enum open_flags {
  OPEN_SHARED = 1,
  OPEN_DONT_FRAGMENT = 2,
  // Reports ICMP errors of what it sent.
  OPEN_ERRORS = 4,
  // Asks for a receive buffer of `receive_buffer_bytes`.
  OPEN_LARGE_BUFFER = 8,
};

struct datagram_socket {
  // -1 while it is not open.
  int fd;
  // Counts the sockets that had this token, so that what comes late for one is not taken for its successor's.
  uint32_t generation;
  int family;
};

struct batch {
  uint32_t *sockets;
  uint32_t *offsets;
  uint32_t *lengths;
  uint8_t *traffic_classes;
  uint32_t *from;
};

// How to wait for the next batch: until so many datagrams have arrived, but not longer than `us`. 0 datagrams: not at all. A wait
// for one ends as well when the event loop has something to do; a wait for several is short, and does not.
struct pause {
  uint32_t datagrams;
  uint32_t us;
};

struct engine;

struct back_end {
  // Can watch the event loop during a pause.
  bool can_watch_loop;
  // Answers 0, or an error number of the system.
  int (*start)(struct engine *engine);
  // Lets go of everything but the sockets, which are closed already.
  void (*stop)(struct engine *engine);
  // Receives from a bound socket from now on. Answers 0, or an error number.
  int (*add)(struct engine *engine, uint32_t token);
  void (*remove)(struct engine *engine, uint32_t token);
  // Gives back what still holds on to closed sockets, and with them their ports.
  void (*settle_closed)(struct engine *engine);
  // Puts what has arrived into the batch, and answers how many datagrams; 0 when there is nothing more for now. Before,
  // it makes the pause.
  uint32_t (*receive)(struct engine *engine, struct pause pause);
  // The event loop is about to sleep until `poll_fd` is readable. Answers false when there is something to receive.
  bool (*rest)(struct engine *engine);
  // The event loop has its turn, although there may be more to receive; `poll_fd` is readable if there is.
  void (*yield)(struct engine *engine);
  // The datagrams of the last batch are handled: their buffers are free.
  void (*release)(struct engine *engine);
  // Sends the first `count` rows of the queue. Drops are counted in `engine->send_drops`.
  void (*send)(struct engine *engine, uint32_t count);
};

extern const struct back_end uring_back_end;
extern const struct back_end mmsg_back_end;

struct engine {
  const struct back_end *back_end;
  // The back end's own state.
  void *state;
  // The descriptor that is readable when there is something to receive.
  int poll_fd;
  uint8_t *slab;
  uint32_t buffer_count;
  struct batch batch;
  const uint32_t *queue;
  uint32_t *errors;
  // The address to bind, and the bound one.
  uint32_t *row;
  // The pause before the next batch, as TypeScript wants it.
  uint32_t *pause;
  // Readable when the event loop has something to do, be it what `poll_fd` tells.
  int loop_fd;
  // It is noticed when the loop has something to do; that it had.
  bool is_loop_watched;
  bool is_loop_ready;
  uint64_t send_drops;
  uint32_t receive_buffer_bytes;
  // False where the kernel has no UDP_SEGMENT, or refused it once.
  bool has_segmentation;
  struct datagram_socket *sockets;
};

// Opens and binds. `row` is the address to bind, and becomes the bound one. Answers 0, or an error number.
int engine_open(struct engine *engine, uint32_t token, uint32_t *row, uint32_t flags);
void engine_close(struct engine *engine, uint32_t token);

// Takes the ICMP errors of a socket from its error queue, as many as there is room for. Answers whether one of them is this
// host's own: the datagram that was sent last is too long.
bool engine_take_errors(struct engine *engine, uint32_t token);
// Whether a send that failed like this was refused for an ICMP error of an earlier one, and is worth one more try.
bool is_reported_error(int error);

// The traffic class (IPv4: TOS) in the `control_bytes` of control messages that a datagram came with.
uint8_t read_traffic_class(const uint8_t *control, size_t control_bytes);

// The control messages of a send; each function answers how many bytes it has written.
#define SEND_CONTROL_BYTES (CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint16_t)))
size_t write_traffic_class(uint8_t *control, int family, int traffic_class);
// Has the kernel split the send.
size_t write_segment_size(uint8_t *control, uint16_t segment_bytes);

#endif
