#include "uring.h"

// Headers older than Linux 6.1 lack what is used of it; `uring_back_end` then says so.
#ifdef IORING_SETUP_DEFER_TASKRUN

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef IORING_FEAT_NO_IOWAIT
#define IORING_FEAT_NO_IOWAIT (1U << 17)
#define IORING_ENTER_NO_IOWAIT (1U << 7)
#endif

static int enter(struct uring *ring, unsigned submit, unsigned wanted, unsigned flags, const void *argument,
                 size_t argument_bytes) {
  int fd = ring->fd;
  if (ring->registered_fd >= 0) {
    fd = ring->registered_fd;
    flags |= IORING_ENTER_REGISTERED_RING;
  }
  return (int)syscall(__NR_io_uring_enter, fd, submit, wanted, flags, argument, argument_bytes);
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
  ring->cq_flags = (unsigned *)(memory + params->cq_off.flags);
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

// The ring's own descriptor does not become readable when work is deferred; this one does.
static int open_event(struct uring *ring) {
  ring->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return ring->event_fd < 0 ? errno : uring_register(ring, IORING_REGISTER_EVENTFD, &ring->event_fd, 1);
}

int uring_open(struct uring *ring, unsigned sq_entries, unsigned cq_entries) {
  *ring = (struct uring){.fd = -1, .registered_fd = -1, .event_fd = -1};
  struct io_uring_params params = {
      // One thread submits, and what arrives is worked off when it asks: an arrival neither interrupts it nor wakes it.
      .flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
               IORING_SETUP_TASKRUN_FLAG,
      .cq_entries = cq_entries,
  };
  ring->fd = (int)syscall(__NR_io_uring_setup, sq_entries, &params);
  if (ring->fd < 0) {
    return errno;
  }
  ring->has_no_iowait = params.features & IORING_FEAT_NO_IOWAIT;
  int error = params.features & IORING_FEAT_SINGLE_MMAP ? map_ring(ring, &params) : EOPNOTSUPP;
  if (error == 0) {
    error = open_event(ring);
  }
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
  if (ring->event_fd >= 0) {
    close(ring->event_fd);
  }
  if (ring->fd >= 0) {
    close(ring->fd);
  }
  *ring = (struct uring){.fd = -1, .registered_fd = -1, .event_fd = -1};
}

int uring_register(struct uring *ring, unsigned operation, void *argument, unsigned count) {
  return syscall(__NR_io_uring_register, ring->fd, operation, argument, count) < 0 ? errno : 0;
}

static unsigned publish(struct uring *ring) {
  __atomic_store_n(ring->sq_tail, ring->sq_written, __ATOMIC_RELEASE);
  return ring->sq_written - ring->sq_submitted;
}

// Whether there are completions, in the ring or where only a call brings them into it, or something to be submitted still.
static bool has_work(const struct uring *ring) {
  return uring_ready(ring) > 0 || uring_has_refused(ring) ||
         __atomic_load_n(ring->sq_flags, __ATOMIC_ACQUIRE) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW);
}

bool uring_submit(struct uring *ring) {
  while (ring->sq_submitted != ring->sq_written) {
    int submitted = enter(ring, publish(ring), 0, 0, NULL, 0);
    if (submitted < 0 && errno != EINTR) {
      return false;
    }
    ring->sq_submitted += submitted > 0 ? (unsigned)submitted : 0;
  }
  return true;
}

void uring_take_back(struct uring *ring, unsigned from) {
  bool is_submitted = (int)(ring->sq_submitted - from) > 0;
  ring->sq_written = is_submitted ? ring->sq_submitted : from;
  publish(ring);
}

void uring_collect(struct uring *ring) {
  unsigned submit = publish(ring);
  // The kernel marks work after it has queued it. Where the work was done in between, the mark stays until there is other
  // work, and who waits for it to go would wait forever. It is ours to take away: the kernel does not read it.
  __atomic_fetch_and(ring->sq_flags, ~IORING_SQ_TASKRUN, __ATOMIC_SEQ_CST);
  int submitted = enter(ring, submit, 0, IORING_ENTER_GETEVENTS, NULL, 0);
  ring->sq_submitted += submitted > 0 ? (unsigned)submitted : 0;
  if (uring_has_refused(ring)) {
    // Then the kernel has returned without a look at its work.
    __atomic_fetch_or(ring->sq_flags, IORING_SQ_TASKRUN, __ATOMIC_SEQ_CST);
  }
}

void uring_await(struct uring *ring, unsigned wanted, const struct __kernel_timespec *timeout) {
  struct io_uring_getevents_arg argument = {.ts = (uint64_t)(uintptr_t)timeout};
  unsigned flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
  if (ring->has_no_iowait) {
    flags |= IORING_ENTER_NO_IOWAIT;
  }
  // Who sleeps although something was refused would never hear of it.
  if (uring_submit(ring)) {
    enter(ring, 0, wanted, flags, &argument, sizeof argument);
  } else {
    uring_collect(ring);
  }
}

void uring_settle(struct uring *ring) {
  do {
    uring_collect(ring);
  } while (!uring_has_refused(ring) && __atomic_load_n(ring->sq_flags, __ATOMIC_ACQUIRE) & IORING_SQ_TASKRUN);
}

static void silence(struct uring *ring) {
  __atomic_store_n(ring->cq_flags, IORING_CQ_EVENTFD_DISABLED, __ATOMIC_RELAXED);
}

void uring_wake(struct uring *ring) {
  // A sleeping owner is woken by nothing else.
  ring->is_event_readable = ring->is_event_readable || *ring->cq_flags == 0;
  silence(ring);
}

void uring_mute(struct uring *ring) {
  uint64_t events;
  if (ring->is_event_readable && read(ring->event_fd, &events, sizeof events) > 0) {
    ring->is_event_readable = false;
  }
}

void uring_call_owner(struct uring *ring) {
  const uint64_t events = 1;
  if (!ring->is_event_readable) {
    ring->is_event_readable = write(ring->event_fd, &events, sizeof events) > 0;
  }
}

bool uring_rest(struct uring *ring) {
  if (!has_work(ring)) {
    uring_mute(ring);
    __atomic_store_n(ring->cq_flags, 0, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    // What arrived before this was not announced.
    if (!has_work(ring)) {
      return true;
    }
    silence(ring);
  }
  return false;
}

void uring_hand_over(struct uring *ring) {
  if (!uring_rest(ring)) {
    uring_call_owner(ring);
  }
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

#endif
