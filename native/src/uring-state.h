// What the io_uring back end keeps, for its two halves: the sockets with what they receive, and the sends.
#ifndef TACITURN_URING_STATE_H
#define TACITURN_URING_STATE_H

#include "buffer-ring.h"
#include "engine.h"
#include "send-plan.h"
#include "uring.h"

// What a completion is of: the upper bits of its user data. The lower 32 are a token, or a number of the plan's run.
enum operation { OPERATION_NONE, OPERATION_RECEIVE, OPERATION_SEND, OPERATION_WATCH_LOOP };
#define OPERATION_SHIFT 56
#define WATCH_LOOP_DATA ((uint64_t)OPERATION_WATCH_LOOP << OPERATION_SHIFT)
#define GENERATION_SHIFT 32
#define GENERATION_MASK 0xffffffu

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
  struct message messages[QUEUE_MAX];
  struct iovec parts[QUEUE_MAX];
  union transport_address destinations[QUEUE_MAX];
};

static inline enum operation uring_operation_of(const struct io_uring_cqe *completion) {
  return (enum operation)(completion->user_data >> OPERATION_SHIFT);
}

// Names the socket of an entry: by its registered file where there is one.
void uring_name_file(const struct engine *engine, struct io_uring_sqe *entry, uint32_t token);

// The `send` of the back end.
void uring_send_queue(struct engine *engine, uint32_t count);

#endif
