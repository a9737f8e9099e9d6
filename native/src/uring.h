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
  unsigned *sq_head;
  unsigned *sq_tail;
  unsigned sq_mask;
  unsigned sq_entries;
  struct io_uring_sqe *sqes;
  // Entries written, and of those the ones that the kernel has been given.
  unsigned sq_written;
  unsigned sq_submitted;
  unsigned *sq_flags;
  unsigned *cq_head;
  unsigned *cq_tail;
  unsigned cq_mask;
  struct io_uring_cqe *cqes;
  void *ring_memory;
  size_t ring_bytes;
  size_t sqes_bytes;
};

// Answers 0, or an error number of the system; ENOSYS when this was built without io_uring.
int uring_open(struct uring *ring, unsigned sq_entries, unsigned cq_entries);
void uring_close(struct uring *ring);

int uring_register(struct uring *ring, unsigned operation, void *argument, unsigned count);

// Submits what is written, and lets the kernel complete what is ready, without waiting.
void uring_submit(struct uring *ring);

// The next submission entry, zeroed. Submits first when there is no room; NULL when the kernel takes nothing just now.
struct io_uring_sqe *uring_next(struct uring *ring);

// Whether entries wait to be submitted.
static inline bool uring_has_written(const struct uring *ring) {
  return ring->sq_written != ring->sq_submitted;
}

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
