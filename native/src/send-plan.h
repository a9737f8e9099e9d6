// How the rows of the send queue become messages: rows of equal length and traffic class to one destination out of one
// socket go out as one message that the kernel splits (UDP_SEGMENT), so that they pass its layers once.
#ifndef TACITURN_SEND_PLAN_H
#define TACITURN_SEND_PLAN_H

#include <sys/uio.h>

#include "engine.h"

#define FLOW_SLOTS 256

// Rows of the queue that leave as one message.
struct run {
  uint32_t first;
  uint32_t last;
  uint32_t count;
  uint32_t bytes;
  // A shorter row ends a run; nothing may follow it.
  bool is_ended;
  // As `link_runs_by_socket` finds them: no earlier run is out of the same socket; the next that is, or NO_RUN.
  bool is_first_of_socket;
  uint32_t next_of_socket;
};

#define NO_RUN UINT32_MAX

struct send_plan {
  uint32_t run_count;
  struct run runs[QUEUE_MAX];
  // Per row: the next row of its run.
  uint8_t next[QUEUE_MAX];
  // Per hash of a flow: its latest run and one more, or 0.
  uint8_t flows[FLOW_SLOTS];
};

// A run as the system takes it.
struct message {
  struct msghdr header;
  union transport_address to;
  _Alignas(struct cmsghdr) uint8_t control[SEND_CONTROL_BYTES];
};

static inline const uint32_t *queue_row(const struct engine *engine, uint32_t index) {
  return engine->queue + index * QUEUE_WORDS;
}

static inline uint32_t row_token(const uint32_t *row) {
  return row[0];
}

static inline const uint8_t *row_bytes(const struct engine *engine, const uint32_t *row) {
  return engine->slab + row[1];
}

static inline uint32_t row_length(const uint32_t *row) {
  return row[2];
}

static inline uint32_t row_traffic_class(const uint32_t *row) {
  return row[3];
}

static inline const uint32_t *row_address(const uint32_t *row) {
  return row + 4;
}

// Whether the system could send it at all: an open socket, a port, the socket's own family.
bool is_sendable(const struct engine *engine, const uint32_t *row);

// Finds the runs among the first `count` rows. What is not sendable is counted as dropped, and in no run.
void plan_sends(struct engine *engine, struct send_plan *plan, uint32_t count);

// Chains the runs out of one socket, for calls that send out of one socket at a time. Their order is kept.
void link_runs_by_socket(const struct engine *engine, struct send_plan *plan);

// What is left to do for a run that the kernel refused: send what may still go, count the rest as dropped.
void handle_failed_run(struct engine *engine, const struct send_plan *plan, const struct run *run, int error);

// Fills in the message of a run; `parts` has room for its rows.
void fill_message(const struct engine *engine, const struct send_plan *plan, const struct run *run,
                  struct message *message, struct iovec *parts);

#endif
