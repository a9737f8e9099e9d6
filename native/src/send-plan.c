#include "send-plan.h"

#include <errno.h>

// UDP_MAX_SEGMENTS of older kernels.
#define SEGMENTS_MAX 64
// A datagram of segments has a length of 16 bits, headers included.
#define RUN_BYTES_MAX 65000
// What fits the smallest MTU of IPv6 with its headers; a longer segment may have to be fragmented, which the kernel
// does not do to segments.
#define SEGMENT_BYTES_MAX 1232

bool is_sendable(const struct engine *engine, const uint32_t *row) {
  uint32_t token = row_token(row);
  const uint32_t *to = row_address(row);
  return token < SOCKETS_MAX && engine->sockets[token].fd >= 0 && (to[0] & 0xffff) != 0 &&
         engine->sockets[token].family == row_family(to);
}

static uint32_t hash_flow(const uint32_t *row) {
  const uint32_t *to = row_address(row);
  uint32_t hash = row_token(row) * 0x9e3779b1u;
  hash = (hash ^ to[0]) * 0x85ebca6bu;
  hash = (hash ^ to[1] ^ to[4]) * 0xc2b2ae35u;
  return hash >> 24;
}

static bool is_same_flow(const uint32_t *a, const uint32_t *b) {
  return row_token(a) == row_token(b) &&
         memcmp(row_address(a), row_address(b), ADDRESS_WORDS * sizeof(uint32_t)) == 0;
}

// A flow whose traffic class changes begins a new run rather than have one for each class: its order is kept.
static bool can_join(const struct engine *engine, const struct run *run, const uint32_t *row) {
  const uint32_t *first = queue_row(engine, run->first);
  uint32_t length = row_length(row);
  return !run->is_ended && run->count < SEGMENTS_MAX && length > 0 && length <= row_length(first) &&
         run->bytes + length <= RUN_BYTES_MAX && row_traffic_class(row) == row_traffic_class(first) &&
         is_same_flow(first, row);
}

static void begin_run(const struct engine *engine, struct send_plan *plan, uint32_t index, uint32_t length) {
  plan->runs[plan->run_count] = (struct run){
      .first = index,
      .last = index,
      .count = 1,
      .bytes = length,
      .is_ended = !engine->has_segmentation || length == 0 || length > SEGMENT_BYTES_MAX,
      .next_of_socket = NO_RUN,
  };
  plan->run_count += 1;
}

void plan_sends(struct engine *engine, struct send_plan *plan, uint32_t count) {
  plan->run_count = 0;
  memset(plan->flows, 0, sizeof plan->flows);
  for (uint32_t index = 0; index < count; index++) {
    const uint32_t *row = queue_row(engine, index);
    if (!is_sendable(engine, row)) {
      engine->send_drops += 1;
      continue;
    }
    uint8_t *flow = &plan->flows[hash_flow(row)];
    struct run *run = *flow == 0 ? NULL : &plan->runs[*flow - 1];
    if (run != NULL && can_join(engine, run, row)) {
      plan->next[run->last] = (uint8_t)index;
      run->last = index;
      run->count += 1;
      run->bytes += row_length(row);
      run->is_ended = row_length(row) < row_length(queue_row(engine, run->first));
    } else {
      begin_run(engine, plan, index, row_length(row));
      *flow = (uint8_t)plan->run_count;
    }
  }
}

void link_runs_by_socket(const struct engine *engine, struct send_plan *plan) {
  // The flows have been found; their table now holds, per hash of a token, the latest run and one more.
  memset(plan->flows, 0, sizeof plan->flows);
  for (uint32_t index = 0; index < plan->run_count; index++) {
    struct run *run = &plan->runs[index];
    uint32_t token = row_token(queue_row(engine, run->first));
    uint8_t *slot = &plan->flows[token % FLOW_SLOTS];
    struct run *before = *slot == 0 ? NULL : &plan->runs[*slot - 1];
    run->is_first_of_socket = before == NULL || row_token(queue_row(engine, before->first)) != token;
    if (!run->is_first_of_socket) {
      before->next_of_socket = index;
    }
    *slot = (uint8_t)(index + 1);
  }
}

void fill_message(const struct engine *engine, const struct send_plan *plan, const struct run *run,
                  struct message *message, struct iovec *parts) {
  const uint32_t *first = queue_row(engine, run->first);
  uint32_t index = run->first;
  for (uint32_t part = 0; part < run->count; part++) {
    const uint32_t *row = queue_row(engine, index);
    parts[part] = (struct iovec){(void *)row_bytes(engine, row), row_length(row)};
    index = plan->next[index];
  }
  socklen_t name_bytes = read_row(row_address(first), &message->to);
  size_t control_bytes = 0;
  if (row_traffic_class(first) != 0) {
    control_bytes = write_traffic_class(message->control, row_family(row_address(first)), (int)row_traffic_class(first));
  }
  if (run->count > 1) {
    control_bytes += write_segment_size(message->control + control_bytes, (uint16_t)row_length(first));
  }
  message->header = (struct msghdr){
      .msg_name = &message->to,
      .msg_namelen = name_bytes,
      .msg_iov = parts,
      .msg_iovlen = run->count,
      .msg_control = control_bytes == 0 ? NULL : message->control,
      .msg_controllen = control_bytes,
  };
}

// Sends a run's rows one by one, by a call each.
static void send_singly(struct engine *engine, const struct send_plan *plan, const struct run *run) {
  uint32_t index = run->first;
  for (uint32_t part = 0; part < run->count; part++) {
    const uint32_t *row = queue_row(engine, index);
    uint32_t token = row_token(row);
    struct run single = {.first = index, .last = index, .count = 1, .bytes = row_length(row)};
    struct message message;
    struct iovec bytes;
    fill_message(engine, plan, &single, &message, &bytes);
    int fd = engine->sockets[token].fd;
    ssize_t sent = sendmsg(fd, &message.header, MSG_DONTWAIT | MSG_NOSIGNAL);
    // The kernel tells an earlier datagram's error instead of sending this one, unless it is too long itself.
    if (sent < 0 && is_reported_error(errno) && !engine_take_errors(engine, token)) {
      sent = sendmsg(fd, &message.header, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (sent < 0) {
      engine->send_drops += 1;
    }
    index = plan->next[index];
  }
}

void handle_failed_run(struct engine *engine, const struct send_plan *plan, const struct run *run, int error) {
  bool is_reported = is_reported_error(error);
  bool is_too_long = is_reported && engine_take_errors(engine, row_token(queue_row(engine, run->first)));
  if (is_reported && !is_too_long) {
    send_singly(engine, plan, run);
  } else if (run->count > 1 && (error == EIO || error == EINVAL)) {
    // EIO: the interface cannot do the checksums, and will not learn it. EINVAL: the path's MTU is too small.
    engine->has_segmentation = engine->has_segmentation && error != EIO;
    send_singly(engine, plan, run);
  } else {
    engine->send_drops += run->count;
  }
}
