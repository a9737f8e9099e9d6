// An io_uring: its memory, and the system calls that make and drive it (io_uring_setup(2), io_uring_enter(2),
// io_uring_register(2)).
#ifndef TACITURN_URING_H
#define TACITURN_URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uring {
  int fd;
  // Saves the kernel a look at the thread's table of files for each call.
  int registered_fd;
  // Readable when something has arrived, unless it is silent.
  int event_fd;
  bool is_event_readable;
  // The kernel can be told that a wait is no wait for a disk (Linux 6.15).
  bool has_no_iowait;
  unsigned *sq_head;
  unsigned *sq_tail;
  unsigned sq_mask;
  unsigned sq_entries;
  struct io_uring_sqe *sqes;
  // Entries written, and of those the ones that the kernel has been given.
  unsigned sq_written;
  unsigned sq_submitted;
  unsigned *sq_flags;
  unsigned *cq_flags;
  unsigned *cq_head;
  unsigned *cq_tail;
  unsigned cq_mask;
  struct io_uring_cqe *cqes;
  void *ring_memory;
  size_t ring_bytes;
  size_t sqes_bytes;
};

// Answers 0, or an error number of the system.
int uring_open(struct uring *ring, unsigned sq_entries, unsigned cq_entries);
void uring_close(struct uring *ring);

int uring_register(struct uring *ring, unsigned operation, void *argument, unsigned count);

// Submits what is written. What has arrived stays with the kernel. Answers false when the kernel refuses some of it for now
// (EAGAIN, EBUSY: memory is short): it stays written.
bool uring_submit(struct uring *ring);

// Takes back what was refused of the entries written since `from`, a value of `sq_written`.
void uring_take_back(struct uring *ring, unsigned from);

static inline bool uring_has_refused(const struct uring *ring) {
  return ring->sq_submitted != ring->sq_written;
}

static inline bool uring_has_room(const struct uring *ring) {
  return ring->sq_written - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) < ring->sq_entries;
}

// Submits what is written, and lets the kernel complete what has arrived, without waiting.
void uring_collect(struct uring *ring);

// The same, but waits until `wanted` completions are there or the time is over. Several datagrams of one
// socket count as one until they are looked at.
void uring_await(struct uring *ring, unsigned wanted, const struct __kernel_timespec *timeout);

// Submits and completes until the kernel holds nothing that could be completed, or refuses what is submitted. A flood does not prolong it without end: each
// datagram takes a buffer, nothing gives one back meanwhile, and a receive without one ends.
void uring_settle(struct uring *ring);

// The owner is awake, and looks by itself: `event_fd` is silent from now on, and stays as readable as it is.
void uring_wake(struct uring *ring);
// An awake owner makes `event_fd` unreadable.
void uring_mute(struct uring *ring);

// The owner would sleep until `event_fd` is readable. Answers false when something has arrived: the owner is still awake.
bool uring_rest(struct uring *ring);
// The owner lets others have their turn, and waits for `event_fd`, which is readable if something has arrived.
void uring_hand_over(struct uring *ring);
// Makes `event_fd` readable.
void uring_call_owner(struct uring *ring);

// The next submission entry, zeroed. Submits first when there is no room; NULL when the kernel takes nothing just now.
struct io_uring_sqe *uring_next(struct uring *ring);

static inline unsigned uring_ready(const struct uring *ring) {
  return __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) - *ring->cq_head;
}

static inline struct io_uring_cqe *uring_peek(const struct uring *ring, unsigned position) {
  return &ring->cqes[position & ring->cq_mask];
}

static inline void uring_advance(struct uring *ring, unsigned count) {
  __atomic_store_n(ring->cq_head, *ring->cq_head + count, __ATOMIC_RELEASE);
}

#endif
