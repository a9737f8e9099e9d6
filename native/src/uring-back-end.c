#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "buffer-ring.h"
#include "engine.h"
#include "send-plan.h"
#include "uring.h"

#define SQ_ENTRIES 256
// More than receive buffers and sends together, so that completions always have room.
#define CQ_ENTRIES 4096
#define BUFFER_GROUP 0

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
  bool is_loop_watched;
  struct send_plan plan;
  struct message messages[QUEUE_MAX];
  struct iovec parts[QUEUE_MAX];
  union transport_address destinations[QUEUE_MAX];
};

static uint64_t receive_data(const struct engine *engine, uint32_t token) {
  uint64_t generation = engine->sockets[token].generation & GENERATION_MASK;
  return (uint64_t)OPERATION_RECEIVE << OPERATION_SHIFT | generation << GENERATION_SHIFT | token;
}

static enum operation operation_of(const struct io_uring_cqe *completion) {
  return (enum operation)(completion->user_data >> OPERATION_SHIFT);
}

// A table of files that the kernel keeps open for the ring: a send or receive then counts no reference. Without it,
// sockets are named by their descriptors.
static void register_files(struct uring_state *state) {
  struct rlimit limit;
  uint32_t count = SOCKETS_MAX;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < count) {
    count = (uint32_t)limit.rlim_cur;
  }
  struct io_uring_rsrc_register registration = {.nr = count, .flags = IORING_RSRC_REGISTER_SPARSE};
  if (uring_register(&state->ring, IORING_REGISTER_FILES2, &registration, sizeof registration) == 0) {
    state->registered_files = count;
  }
}

static void stop(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (state != NULL) {
    uring_close(&state->ring);
    buffer_ring_close(&state->buffers);
    free(state);
    engine->state = NULL;
  }
}

static int start(struct engine *engine) {
  struct uring_state *state = calloc(1, sizeof *state);
  if (state == NULL) {
    return ENOMEM;
  }
  engine->state = state;
  state->receive_header = (struct msghdr){.msg_namelen = NAME_BYTES, .msg_controllen = CONTROL_BYTES};
  int error = uring_open(&state->ring, SQ_ENTRIES, CQ_ENTRIES);
  if (error == 0) {
    error = buffer_ring_open(&state->buffers, &state->ring, BUFFER_GROUP, engine->slab, engine->buffer_count);
  }
  if (error != 0) {
    stop(engine);
    return error;
  }
  register_files(state);
  engine->poll_fd = state->ring.event_fd;
  return 0;
}

static void name_file(const struct engine *engine, struct io_uring_sqe *entry, uint32_t token) {
  const struct uring_state *state = engine->state;
  if (token < state->registered_files) {
    entry->fd = (int)token;
    entry->flags |= IOSQE_FIXED_FILE;
  } else {
    entry->fd = engine->sockets[token].fd;
  }
}

static void begin_receiving(struct engine *engine, uint32_t token) {
  struct uring_state *state = engine->state;
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry == NULL) {
    return;
  }
  entry->opcode = IORING_OP_RECVMSG;
  entry->flags = IOSQE_BUFFER_SELECT;
  entry->ioprio = IORING_RECV_MULTISHOT;
  entry->addr = (uint64_t)(uintptr_t)&state->receive_header;
  entry->buf_group = BUFFER_GROUP;
  entry->user_data = receive_data(engine, token);
  name_file(engine, entry, token);
}

static int set_file(struct uring_state *state, uint32_t token, int fd) {
  struct io_uring_rsrc_update2 update = {.offset = token, .data = (uint64_t)(uintptr_t)&fd, .nr = 1};
  return uring_register(&state->ring, IORING_REGISTER_FILES_UPDATE2, &update, sizeof update);
}

static int add(struct engine *engine, uint32_t token) {
  struct uring_state *state = engine->state;
  if (token < state->registered_files) {
    int error = set_file(state, token, engine->sockets[token].fd);
    if (error != 0) {
      return error;
    }
  }
  begin_receiving(engine, token);
  return 0;
}

static void remove_socket(struct engine *engine, uint32_t token) {
  struct uring_state *state = engine->state;
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry != NULL) {
    entry->opcode = IORING_OP_ASYNC_CANCEL;
    entry->flags = IOSQE_CQE_SKIP_SUCCESS;
    entry->addr = receive_data(engine, token);
    entry->user_data = (uint64_t)OPERATION_NONE << OPERATION_SHIFT;
  }
  if (token < state->registered_files) {
    // What is submitted names the file by its number, so it has to be submitted before.
    uring_submit(&state->ring);
    set_file(state, token, -1);
  }
  state->has_closed = true;
}

static void settle_closed(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (state->has_closed) {
    state->has_closed = false;
    uring_settle(&state->ring);
  }
}

// Whether the completion is of the socket that has the token now.
static bool is_current(const struct engine *engine, uint64_t user_data) {
  uint32_t token = (uint32_t)user_data;
  return engine->sockets[token].fd >= 0 && receive_data(engine, token) == user_data;
}

_Static_assert(sizeof(struct io_uring_recvmsg_out) == NAME_AT, "the kernel writes the name behind its header");

// Adds a received datagram to the batch, or gives its buffer back.
static void take_datagram(struct engine *engine, const struct io_uring_cqe *completion) {
  struct uring_state *state = engine->state;
  uint16_t id = (uint16_t)(completion->flags >> IORING_CQE_BUFFER_SHIFT);
  if (completion->res < 0 || !is_current(engine, completion->user_data)) {
    buffer_ring_give(&state->buffers, id);
    buffer_ring_publish(&state->buffers);
    return;
  }
  uint32_t index = state->batch_count;
  uint32_t buffer_at = (uint32_t)id * BUFFER_BYTES;
  const uint8_t *buffer = engine->slab + buffer_at;
  const struct io_uring_recvmsg_out *out = (const struct io_uring_recvmsg_out *)buffer;
  const struct batch *batch = &engine->batch;
  batch->sockets[index] = (uint32_t)completion->user_data;
  batch->offsets[index] = buffer_at + PAYLOAD_AT;
  batch->lengths[index] = out->payloadlen;
  batch->traffic_classes[index] = read_traffic_class(buffer + CONTROL_AT, out->controllen);
  write_row(batch->from + index * ADDRESS_WORDS, (const union transport_address *)(buffer + NAME_AT));
  state->batch_buffers[index] = id;
  state->batch_count = index + 1;
}

// A receive that ended goes on, unless its socket was closed: buffers had run out, or an ICMP error was reported.
static void resume_receiving(struct engine *engine, const struct io_uring_cqe *completion) {
  if (is_current(engine, completion->user_data)) {
    uint32_t token = (uint32_t)completion->user_data;
    if (completion->res < 0 && completion->res != -ENOBUFS) {
      engine_take_errors(engine, token);
    }
    begin_receiving(engine, token);
  }
}

// Has the ring tell when the event loop has something to do. What it tells is over as soon as the loop had its turn.
static void watch_loop(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (state->is_loop_watched) {
    return;
  }
  // The loop's descriptor is readable when this one is.
  uring_mute(&state->ring);
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry != NULL) {
    entry->opcode = IORING_OP_POLL_ADD;
    entry->fd = engine->loop_fd;
    entry->poll32_events = POLLIN;
    entry->user_data = WATCH_LOOP_DATA;
    state->is_loop_watched = true;
  }
}

// A sleeping loop must not be watched: what wakes it would then have the ring announce it to the loop, from within the
// same wake-up, and the kernel loses such announcements.
static void stop_watching_loop(struct engine *engine) {
  struct uring_state *state = engine->state;
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry != NULL) {
    entry->opcode = IORING_OP_POLL_REMOVE;
    entry->flags = IOSQE_CQE_SKIP_SUCCESS;
    entry->addr = WATCH_LOOP_DATA;
    entry->user_data = (uint64_t)OPERATION_NONE << OPERATION_SHIFT;
  }
  uring_collect(&state->ring);
}

static void wait_for_datagrams(struct engine *engine, struct pause pause) {
  struct uring_state *state = engine->state;
  struct __kernel_timespec timeout = {.tv_sec = pause.us / 1000000, .tv_nsec = pause.us % 1000000 * 1000ll};
  watch_loop(engine);
  uring_await(&state->ring, pause.datagrams, pause.us == NO_LIMIT_US ? NULL : &timeout);
}

static uint32_t receive(struct engine *engine, struct pause pause) {
  struct uring_state *state = engine->state;
  uring_wake(&state->ring);
  if (uring_ready(&state->ring) < pause.datagrams) {
    wait_for_datagrams(engine, pause);
  } else if (uring_ready(&state->ring) == 0) {
    uring_collect(&state->ring);
  }
  unsigned head = *state->ring.cq_head;
  unsigned ready = uring_ready(&state->ring);
  unsigned taken = 0;
  for (; taken < ready && state->batch_count < BATCH_MAX; taken++) {
    const struct io_uring_cqe *completion = uring_peek(&state->ring, head + taken);
    if (operation_of(completion) == OPERATION_WATCH_LOOP) {
      state->is_loop_watched = false;
      engine->is_loop_ready = completion->res > 0;
    }
    if (operation_of(completion) != OPERATION_RECEIVE) {
      continue;
    }
    if (completion->flags & IORING_CQE_F_BUFFER) {
      take_datagram(engine, completion);
    }
    if (!(completion->flags & IORING_CQE_F_MORE)) {
      resume_receiving(engine, completion);
    }
  }
  uring_advance(&state->ring, taken);
  state->scanned = 0;
  return state->batch_count;
}

static bool rest(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (state->is_loop_watched) {
    // Its completion is to be received.
    stop_watching_loop(engine);
    return false;
  }
  return uring_rest(&state->ring);
}

static void yield(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (state->is_loop_watched) {
    stop_watching_loop(engine);
  }
  uring_return(&state->ring);
}

static void release(struct engine *engine) {
  struct uring_state *state = engine->state;
  for (uint32_t index = 0; index < state->batch_count; index++) {
    buffer_ring_give(&state->buffers, state->batch_buffers[index]);
  }
  buffer_ring_publish(&state->buffers);
  state->batch_count = 0;
  // A receive that ended for want of buffers begins anew now that there are some, whether or not anything was sent.
  uring_submit(&state->ring);
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

static void submit_run(struct engine *engine, uint32_t run_index, uint32_t *parts_used) {
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
  // It is sent now or never: a completion comes only of what failed, and before the submission returns.
  entry->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  entry->flags = IOSQE_CQE_SKIP_SUCCESS;
  entry->user_data = (uint64_t)OPERATION_SEND << OPERATION_SHIFT | run_index;
  name_file(engine, entry, row_token(first));
}

static void send_queue(struct engine *engine, uint32_t count) {
  struct uring_state *state = engine->state;
  plan_sends(engine, &state->plan, count);
  uint32_t parts_used = 0;
  for (uint32_t index = 0; index < state->plan.run_count; index++) {
    submit_run(engine, index, &parts_used);
  }
  uring_submit(&state->ring);
  unsigned head = *state->ring.cq_head;
  unsigned ready = uring_ready(&state->ring);
  for (; state->scanned < ready; state->scanned++) {
    struct io_uring_cqe *completion = uring_peek(&state->ring, head + state->scanned);
    if (operation_of(completion) == OPERATION_SEND && completion->res < 0) {
      handle_failed_run(engine, &state->plan, &state->plan.runs[(uint32_t)completion->user_data], -completion->res);
    }
  }
}

const struct back_end uring_back_end = {
    .watches_loop = true,
    .start = start,
    .stop = stop,
    .add = add,
    .remove = remove_socket,
    .settle_closed = settle_closed,
    .receive = receive,
    .rest = rest,
    .yield = yield,
    .release = release,
    .send = send_queue,
};
