#include "uring-state.h"

#ifdef IORING_SETUP_DEFER_TASKRUN

void uring_name_file(const struct engine *engine, struct io_uring_sqe *entry, uint32_t token) {
  const struct uring_state *state = engine->state;
  if (token < state->registered_files) {
    entry->fd = (int)token;
    entry->flags |= IOSQE_FIXED_FILE;
  } else {
    entry->fd = engine->sockets[token].fd;
  }
}

// A single datagram of class 0, which needs no control message: the kernel copies neither a header nor a list of parts.
static void write_single(struct engine *engine, struct io_uring_sqe *entry, uint32_t row_index) {
  struct uring_state *state = engine->state;
  const uint32_t *row = queue_row(engine, row_index);
  union transport_address *to = &state->destinations[row_index];
  entry->opcode = IORING_OP_SEND;
  entry->addr = (uint64_t)(uintptr_t)row_bytes(engine, row);
  entry->len = row_length(row);
  entry->addr2 = (uint64_t)(uintptr_t)to;
  entry->addr_len = (uint16_t)read_row(row_address(row), to);
}

static void write_run(struct engine *engine, uint32_t run_index, uint32_t *parts_used) {
  struct uring_state *state = engine->state;
  const struct run *run = &state->plan.runs[run_index];
  const uint32_t *first = queue_row(engine, run->first);
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry == NULL) {
    engine->send_drops += run->count;
    return;
  }
  if (run->count == 1 && row_traffic_class(first) == 0) {
    write_single(engine, entry, run->first);
  } else {
    struct message *message = &state->messages[run_index];
    fill_message(engine, &state->plan, run, message, state->parts + *parts_used);
    *parts_used += run->count;
    entry->opcode = IORING_OP_SENDMSG;
    entry->addr = (uint64_t)(uintptr_t)&message->header;
    entry->len = 1;
  }
  // It is sent now or never: a completion comes only of what failed, and before the submission returns, if there is room.
  entry->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  entry->flags = IOSQE_CQE_SKIP_SUCCESS;
  entry->user_data = (uint64_t)OPERATION_SEND << OPERATION_SHIFT | (uint64_t)run->count << RUN_DATAGRAMS_SHIFT |
                     (uint64_t)state->plan_number << PLAN_SHIFT | run_index;
  uring_name_file(engine, entry, row_token(first));
}

// What the kernel did not take must not be sent later, from memory that is in use for something else by then.
static void drop_refused_sends(struct engine *engine, unsigned first) {
  struct uring_state *state = engine->state;
  struct uring *ring = &state->ring;
  unsigned refused = (int)(ring->sq_submitted - first) > 0 ? ring->sq_submitted : first;
  for (; refused != ring->sq_written; refused++) {
    uint32_t run_index = (uint32_t)ring->sqes[refused & ring->sq_mask].user_data;
    engine->send_drops += state->plan.runs[run_index].count;
  }
  uring_take_back(ring, first);
}

// A send that failed. Where the ring had been full, it is heard of when its plan is over, and what it would send is overwritten.
static void handle_failed_send(struct engine *engine, const struct io_uring_cqe *completion) {
  struct uring_state *state = engine->state;
  if (((completion->user_data >> PLAN_SHIFT) & PLAN_MASK) != state->plan_number) {
    engine->send_drops += uring_datagrams_of(completion);
    return;
  }
  const struct run *run = &state->plan.runs[(uint32_t)completion->user_data];
  handle_failed_run(engine, &state->plan, run, -completion->res);
}

void uring_send_queue(struct engine *engine, uint32_t count) {
  struct uring_state *state = engine->state;
  state->plan_number += 1;
  plan_sends(engine, &state->plan, count);
  // What was written before is of another kind, and must not be taken back with the sends.
  bool is_submitted = uring_submit(&state->ring);
  unsigned first_send = state->ring.sq_written;
  uint32_t parts_used = 0;
  for (uint32_t index = 0; index < state->plan.run_count; index++) {
    write_run(engine, index, &parts_used);
  }
  if (!is_submitted || !uring_submit(&state->ring)) {
    drop_refused_sends(engine, first_send);
  }
  if (uring_has_refused(&state->ring)) {
    uring_call_owner(&state->ring);
  }
  unsigned head = *state->ring.cq_head;
  unsigned ready = uring_ready(&state->ring);
  for (; state->scanned < ready; state->scanned++) {
    const struct io_uring_cqe *completion = uring_peek(&state->ring, head + state->scanned);
    if (uring_operation_of(completion) == OPERATION_SEND && completion->res < 0) {
      handle_failed_send(engine, completion);
    }
  }
}

#endif
