#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "uring-state.h"

#ifdef IORING_SETUP_DEFER_TASKRUN

#define SQ_ENTRIES 256
// More than receive buffers and sends together; but each socket that is closed has one too. The kernel keeps what does not fit,
// and the ring runs on.
#define CQ_ENTRIES 4096
#define BUFFER_GROUP 0

static uint64_t receive_data(const struct engine *engine, uint32_t token) {
  uint64_t generation = engine->sockets[token].generation & GENERATION_MASK;
  return (uint64_t)OPERATION_RECEIVE << OPERATION_SHIFT | generation << GENERATION_SHIFT | token;
}

// A table of files that the kernel keeps open for the ring: a send or receive then counts no reference. Without it,
// sockets are named by their descriptors.
static void register_files(struct uring_state *state) {
  // Until Linux 6.12, a file that was taken out of the table stayed open for as long as any request that is older; a
  // listener's receive is older than all. The first feature bit that came later is that of 6.15.
  if (!state->ring.has_no_iowait) {
    return;
  }
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

// Answers false when there is no room for it.
static bool begin_receiving(struct engine *engine, uint32_t token) {
  struct uring_state *state = engine->state;
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry == NULL) {
    return false;
  }
  entry->opcode = IORING_OP_RECVMSG;
  entry->flags = IOSQE_BUFFER_SELECT;
  entry->ioprio = IORING_RECV_MULTISHOT;
  entry->addr = (uint64_t)(uintptr_t)&state->receive_header;
  entry->buf_group = BUFFER_GROUP;
  entry->user_data = receive_data(engine, token);
  uring_name_file(engine, entry, token);
  return true;
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
  return begin_receiving(engine, token) ? 0 : EAGAIN;
}

static void remove_socket(struct engine *engine, uint32_t token) {
  struct uring_state *state = engine->state;
  struct io_uring_sqe *entry = uring_next(&state->ring);
  if (entry == NULL) {
    // The receive must not outlive the socket: it would keep the port. This call takes no entry.
    struct io_uring_sync_cancel_reg cancel = {.addr = receive_data(engine, token), .fd = -1, .timeout = {-1, -1}};
    uring_register(&state->ring, IORING_REGISTER_SYNC_CANCEL, &cancel, 1);
  } else {
    entry->opcode = IORING_OP_ASYNC_CANCEL;
    entry->flags = IOSQE_CQE_SKIP_SUCCESS;
    entry->addr = receive_data(engine, token);
    entry->user_data = (uint64_t)OPERATION_NONE << OPERATION_SHIFT;
  }
  // What is written names the file by a number that another may have soon. The socket is let go of before its successor is
  // bound: among sockets that share a port, the order decides which clients are whose.
  uring_settle(&state->ring);
  if (token < state->registered_files) {
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
  if (engine->is_loop_watched) {
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
    engine->is_loop_watched = true;
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
  if (engine->is_loop_watched) {
    uring_await(&state->ring, pause.datagrams, &timeout);
  }
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
    // A receive that ended is submitted anew; it stays in the ring until there is room for that.
    if (!uring_has_room(&state->ring) && !uring_submit(&state->ring)) {
      break;
    }
    if (uring_operation_of(completion) == OPERATION_WATCH_LOOP) {
      engine->is_loop_watched = false;
      engine->is_loop_ready = completion->res > 0;
    }
    if (uring_operation_of(completion) == OPERATION_SEND && completion->res < 0 && taken >= state->scanned) {
      // Nobody has looked at it: the ring had no room for it when the sends were made.
      engine->send_drops += uring_datagrams_of(completion);
    }
    if (uring_operation_of(completion) != OPERATION_RECEIVE) {
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
  state->scanned = state->scanned > taken ? state->scanned - taken : 0;
  return state->batch_count;
}

static bool rest(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (engine->is_loop_watched) {
    // Its completion is to be received.
    stop_watching_loop(engine);
    return false;
  }
  return uring_rest(&state->ring);
}

static void yield(struct engine *engine) {
  struct uring_state *state = engine->state;
  if (engine->is_loop_watched) {
    stop_watching_loop(engine);
  }
  uring_hand_over(&state->ring);
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

const struct back_end uring_back_end = {
    .can_watch_loop = true,
    .start = start,
    .stop = stop,
    .add = add,
    .remove = remove_socket,
    .settle_closed = settle_closed,
    .receive = receive,
    .rest = rest,
    .yield = yield,
    .release = release,
    .send = uring_send_queue,
};

#else

static int refuse(struct engine *engine) {
  (void)engine;
  return ENOSYS;
}

// Built with headers of a kernel that lacks what is used of io_uring.
const struct back_end uring_back_end = {.start = refuse};

#endif
