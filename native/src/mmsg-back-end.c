#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "send-plan.h"

// Where io_uring is forbidden: epoll tells which sockets have something, recvmmsg and sendmmsg carry several datagrams of
// one socket at a time.

struct mmsg_state {
  int epoll_fd;
  struct epoll_event events[BATCH_MAX];
  // Sockets of `events` that are still to be looked at.
  uint32_t event_count;
  uint32_t event_next;
  uint32_t batch_count;
  struct mmsghdr receives[BATCH_MAX];
  struct iovec receive_parts[BATCH_MAX];
  struct send_plan plan;
  struct message messages[QUEUE_MAX];
  struct iovec parts[QUEUE_MAX];
  struct mmsghdr sends[QUEUE_MAX];
  uint32_t run_of_send[QUEUE_MAX];
};

static void stop(struct engine *engine) {
  struct mmsg_state *state = engine->state;
  if (state != NULL) {
    close(state->epoll_fd);
    free(state);
    engine->state = NULL;
  }
}

// Datagram `index` of every batch is received into buffer `index`.
static void prepare_receives(struct engine *engine) {
  struct mmsg_state *state = engine->state;
  for (uint32_t index = 0; index < BATCH_MAX; index++) {
    uint8_t *buffer = engine->slab + (size_t)index * BUFFER_BYTES;
    state->receive_parts[index] = (struct iovec){buffer + PAYLOAD_AT, PAYLOAD_BYTES_MAX};
    state->receives[index].msg_hdr = (struct msghdr){
        .msg_name = buffer + NAME_AT,
        .msg_namelen = NAME_BYTES,
        .msg_iov = &state->receive_parts[index],
        .msg_iovlen = 1,
        .msg_control = buffer + CONTROL_AT,
        .msg_controllen = CONTROL_BYTES,
    };
  }
}

static int start(struct engine *engine) {
  struct mmsg_state *state = calloc(1, sizeof *state);
  if (state == NULL) {
    return ENOMEM;
  }
  state->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (state->epoll_fd < 0) {
    int error = errno;
    free(state);
    return error;
  }
  engine->state = state;
  engine->poll_fd = state->epoll_fd;
  prepare_receives(engine);
  return 0;
}

static int add(struct engine *engine, uint32_t token) {
  struct mmsg_state *state = engine->state;
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
  return epoll_ctl(state->epoll_fd, EPOLL_CTL_ADD, engine->sockets[token].fd, &event) == 0 ? 0 : errno;
}

static void remove_socket(struct engine *engine, uint32_t token) {
  struct mmsg_state *state = engine->state;
  epoll_ctl(state->epoll_fd, EPOLL_CTL_DEL, engine->sockets[token].fd, NULL);
  // A successor with this token has nothing to do with what was seen.
  for (uint32_t index = state->event_next; index < state->event_count; index++) {
    if (state->events[index].data.u64 == token) {
      state->events[index].events = 0;
    }
  }
}

static void settle_closed(struct engine *engine) {
  // A closed descriptor is gone at once.
  (void)engine;
}

static void take_datagram(struct engine *engine, uint32_t token, uint32_t index) {
  struct mmsg_state *state = engine->state;
  const struct batch *batch = &engine->batch;
  struct msghdr *header = &state->receives[index].msg_hdr;
  batch->sockets[index] = token;
  batch->offsets[index] = index * BUFFER_BYTES + PAYLOAD_AT;
  batch->lengths[index] = state->receives[index].msg_len;
  batch->traffic_classes[index] = read_traffic_class(header->msg_control, header->msg_controllen);
  write_row(batch->from + index * ADDRESS_WORDS, header->msg_name);
  // The kernel has put what it used of both there.
  header->msg_namelen = NAME_BYTES;
  header->msg_controllen = CONTROL_BYTES;
}

// Takes as much as there is room for from one socket.
static void receive_from(struct engine *engine, uint32_t token) {
  struct mmsg_state *state = engine->state;
  uint32_t room = BATCH_MAX - state->batch_count;
  int received =
      recvmmsg(engine->sockets[token].fd, state->receives + state->batch_count, room, MSG_DONTWAIT, NULL);
  for (int each = 0; each < received; each++) {
    take_datagram(engine, token, state->batch_count);
    state->batch_count += 1;
  }
}

static uint32_t receive(struct engine *engine, struct pause pause) {
  struct mmsg_state *state = engine->state;
  if (pause.datagrams > 0) {
    nanosleep(&(struct timespec){.tv_nsec = pause.us * 1000l}, NULL);
  }
  if (state->event_next == state->event_count) {
    int ready = epoll_wait(state->epoll_fd, state->events, BATCH_MAX, 0);
    state->event_next = 0;
    state->event_count = ready < 0 ? 0 : (uint32_t)ready;
  }
  while (state->event_next < state->event_count && state->batch_count < BATCH_MAX) {
    const struct epoll_event *event = &state->events[state->event_next];
    uint32_t token = (uint32_t)event->data.u64;
    state->event_next += 1;
    if (event->events & EPOLLERR) {
      engine_take_errors(engine, token);
    }
    if (event->events & (EPOLLIN | EPOLLERR)) {
      receive_from(engine, token);
    }
  }
  return state->batch_count;
}

static bool rest(struct engine *engine) {
  // epoll is level-triggered: what is left wakes the loop again.
  const struct mmsg_state *state = engine->state;
  return state->event_next == state->event_count;
}

static void yield(struct engine *engine) {
  // epoll is level-triggered: sockets with something left make it readable. Whose turn it is stays as it is: were they asked
  // about anew, those that are always ready would always come first.
  (void)engine;
}

static void release(struct engine *engine) {
  struct mmsg_state *state = engine->state;
  state->batch_count = 0;
}

// Sends `count` prepared messages, all out of one socket. The call stops at the first that fails.
static void send_prepared(struct engine *engine, int fd, uint32_t count) {
  struct mmsg_state *state = engine->state;
  uint32_t done = 0;
  while (done < count) {
    int sent = sendmmsg(fd, state->sends + done, count - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      done += (uint32_t)sent;
    } else if (errno != EINTR) {
      handle_failed_run(engine, &state->plan, &state->plan.runs[state->run_of_send[done]], errno);
      done += 1;
    }
  }
}

static void send_queue(struct engine *engine, uint32_t count) {
  struct mmsg_state *state = engine->state;
  plan_sends(engine, &state->plan, count);
  link_runs_by_socket(engine, &state->plan);
  for (uint32_t first = 0; first < state->plan.run_count; first++) {
    if (!state->plan.runs[first].is_first_of_socket) {
      continue;
    }
    uint32_t prepared = 0;
    uint32_t parts_used = 0;
    for (uint32_t index = first; index != NO_RUN; index = state->plan.runs[index].next_of_socket) {
      const struct run *run = &state->plan.runs[index];
      fill_message(engine, &state->plan, run, &state->messages[prepared], state->parts + parts_used);
      state->sends[prepared].msg_hdr = state->messages[prepared].header;
      state->run_of_send[prepared] = index;
      parts_used += run->count;
      prepared += 1;
    }
    uint32_t token = row_token(queue_row(engine, state->plan.runs[first].first));
    send_prepared(engine, engine->sockets[token].fd, prepared);
  }
}

const struct back_end mmsg_back_end = {
    .can_watch_loop = false,
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
