#include "uring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int enter(struct uring *ring, unsigned submit) {
  int fd = ring->fd;
  unsigned flags = IORING_ENTER_GETEVENTS;
  if (ring->registered_fd >= 0) {
    fd = ring->registered_fd;
    flags |= IORING_ENTER_REGISTERED_RING;
  }
  return (int)syscall(__NR_io_uring_enter, fd, submit, 0, flags, NULL, 0);
}

static int map_ring(struct uring *ring, const struct io_uring_params *params) {
  size_t sq_bytes = params->sq_off.array + params->sq_entries * sizeof(unsigned);
  size_t cq_bytes = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
  ring->ring_bytes = sq_bytes > cq_bytes ? sq_bytes : cq_bytes;
  ring->sqes_bytes = params->sq_entries * sizeof(struct io_uring_sqe);
  uint8_t *memory =
      mmap(NULL, ring->ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQ_RING);
  if (memory == MAP_FAILED) {
    return errno;
  }
  ring->ring_memory = memory;
  ring->sqes =
      mmap(NULL, ring->sqes_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQES);
  if (ring->sqes == MAP_FAILED) {
    ring->sqes = NULL;
    return errno;
  }
  ring->sq_head = (unsigned *)(memory + params->sq_off.head);
  ring->sq_tail = (unsigned *)(memory + params->sq_off.tail);
  ring->sq_flags = (unsigned *)(memory + params->sq_off.flags);
  ring->sq_mask = *(unsigned *)(memory + params->sq_off.ring_mask);
  ring->sq_entries = params->sq_entries;
  ring->cq_head = (unsigned *)(memory + params->cq_off.head);
  ring->cq_tail = (unsigned *)(memory + params->cq_off.tail);
  ring->cq_mask = *(unsigned *)(memory + params->cq_off.ring_mask);
  ring->cqes = (struct io_uring_cqe *)(memory + params->cq_off.cqes);
  // Entry i of the submission ring is always entry i of the array.
  unsigned *array = (unsigned *)(memory + params->sq_off.array);
  for (unsigned index = 0; index < ring->sq_entries; index++) {
    array[index] = index;
  }
  return 0;
}

int uring_open(struct uring *ring, unsigned sq_entries, unsigned cq_entries) {
  *ring = (struct uring){.fd = -1, .registered_fd = -1};
  struct io_uring_params params = {
      // One thread submits, and is not interrupted for completions: they are worked off at its next system call.
      .flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN,
      .cq_entries = cq_entries,
  };
  ring->fd = (int)syscall(__NR_io_uring_setup, sq_entries, &params);
  if (ring->fd < 0) {
    return errno;
  }
  int error = params.features & IORING_FEAT_SINGLE_MMAP ? map_ring(ring, &params) : EOPNOTSUPP;
  if (error != 0) {
    uring_close(ring);
    return error;
  }
  struct io_uring_rsrc_update update = {.offset = -1u, .data = (uint64_t)ring->fd};
  if (syscall(__NR_io_uring_register, ring->fd, IORING_REGISTER_RING_FDS, &update, 1) == 1) {
    ring->registered_fd = (int)update.offset;
  }
  return 0;
}

void uring_close(struct uring *ring) {
  if (ring->registered_fd >= 0) {
    struct io_uring_rsrc_update update = {.offset = (unsigned)ring->registered_fd};
    syscall(__NR_io_uring_register, ring->fd, IORING_UNREGISTER_RING_FDS, &update, 1);
  }
  if (ring->sqes != NULL) {
    munmap(ring->sqes, ring->sqes_bytes);
  }
  if (ring->ring_memory != NULL) {
    munmap(ring->ring_memory, ring->ring_bytes);
  }
  if (ring->fd >= 0) {
    close(ring->fd);
  }
  *ring = (struct uring){.fd = -1, .registered_fd = -1};
}

int uring_register(struct uring *ring, unsigned operation, void *argument, unsigned count) {
  return syscall(__NR_io_uring_register, ring->fd, operation, argument, count) < 0 ? errno : 0;
}

static unsigned publish(struct uring *ring) {
  __atomic_store_n(ring->sq_tail, ring->sq_written, __ATOMIC_RELEASE);
  return ring->sq_written - ring->sq_submitted;
}

void uring_submit(struct uring *ring) {
  do {
    int submitted = enter(ring, publish(ring));
    if (submitted < 0 && errno != EINTR) {
      // EBUSY or EAGAIN: completions are in the way. What is written stays, and goes with the next call.
      return;
    }
    ring->sq_submitted += submitted > 0 ? (unsigned)submitted : 0;
  } while (ring->sq_submitted != ring->sq_written);
}

struct io_uring_sqe *uring_next(struct uring *ring) {
  if (ring->sq_written - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) == ring->sq_entries) {
    uring_submit(ring);
    if (ring->sq_written - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) == ring->sq_entries) {
      return NULL;
    }
  }
  struct io_uring_sqe *entry = &ring->sqes[ring->sq_written & ring->sq_mask];
  ring->sq_written += 1;
  memset(entry, 0, sizeof *entry);
  return entry;
}
