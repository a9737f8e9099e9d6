// What the io_uring back end keeps, for its two halves: the sockets with what they receive, and the sends.
#ifndef TACITURN_URING_STATE_H
#define TACITURN_URING_STATE_H

#include "buffer-ring.h"
#include "engine.h"
#include "send-plan.h"
#include "uring.h"

// What a completion is of: the upper bits of its user data. Of a receive, the lower 32 are a token, and those above its generation;
// of a send, a number of the plan's run, the plan's own, and how many datagrams the run has.
enum operation { OPERATION_NONE, OPERATION_RECEIVE, OPERATION_SEND, OPERATION_WATCH_LOOP };
#define OPERATION_SHIFT 56
#define WATCH_LOOP_DATA ((uint64_t)OPERATION_WATCH_LOOP << OPERATION_SHIFT)
#define GENERATION_SHIFT 32
#define GENERATION_MASK 0xffffffu
#define PLAN_SHIFT 32
#define PLAN_MASK 0xffffu
#define RUN_DATAGRAMS_SHIFT 48
#define RUN_DATAGRAMS_MASK 0xffu
_Static_assert(QUEUE_MAX <= RUN_DATAGRAMS_MASK, "the datagrams of a run are counted by a byte");

struct uring_state {
  struct uring ring;
  struct buffer_ring buffers;
  // Completions that a send has looked through for its own, counted from the ring's head.
  unsigned scanned;
  // Sockets with a token below have the registered file of that number.
  uint32_t registered_files;
  // The shape of a received datagram's words.
  struct msghdr receive_header;
  // The buffers of the batch that is being handled.
  uint16_t batch_buffers[BATCH_MAX];
  uint32_t batch_count;
  // Closed sockets whose receive the kernel may still hold.
  bool has_closed;
  struct send_plan plan;
  uint16_t plan_number;
  struct message messages[QUEUE_MAX];
  struct iovec parts[QUEUE_MAX];
  union transport_address destinations[QUEUE_MAX];
};

static inline enum operation uring_operation_of(const struct io_uring_cqe *completion) {
  return (enum operation)(completion->user_data >> OPERATION_SHIFT);
}

// How many datagrams a send was of.
static inline uint32_t uring_datagrams_of(const struct io_uring_cqe *completion) {
  return (uint32_t)(completion->user_data >> RUN_DATAGRAMS_SHIFT) & RUN_DATAGRAMS_MASK;
}

// Names the socket of an entry: by its registered file where there is one.
void uring_name_file(const struct engine *engine, struct io_uring_sqe *entry, uint32_t token);

// The `send` of the back end.
void uring_send_queue(struct engine *engine, uint32_t count);

#endif
