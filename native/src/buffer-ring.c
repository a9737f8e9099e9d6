#include "buffer-ring.h"

#include <errno.h>
#include <sys/mman.h>

#include "engine.h"

#ifdef IORING_SETUP_DEFER_TASKRUN

void buffer_ring_give(struct buffer_ring *buffers, uint16_t id) {
  struct io_uring_buf *entry = &buffers->entries->bufs[buffers->tail & (buffers->count - 1)];
  entry->addr = (uint64_t)(uintptr_t)(buffers->slab + (size_t)id * BUFFER_BYTES);
  entry->len = PAYLOAD_AT + PAYLOAD_BYTES_MAX;
  entry->bid = id;
  buffers->tail += 1;
}

void buffer_ring_publish(struct buffer_ring *buffers) {
  __atomic_store_n(&buffers->entries->tail, buffers->tail, __ATOMIC_RELEASE);
}

int buffer_ring_open(struct buffer_ring *buffers, struct uring *ring, uint16_t group, uint8_t *slab, uint32_t count) {
  size_t bytes = count * sizeof(struct io_uring_buf);
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return errno;
  }
  *buffers = (struct buffer_ring){.entries = memory, .entries_bytes = bytes, .count = count, .slab = slab};
  struct io_uring_buf_reg registration = {
      .ring_addr = (uint64_t)(uintptr_t)memory,
      .ring_entries = count,
      .bgid = group,
  };
  int error = uring_register(ring, IORING_REGISTER_PBUF_RING, &registration, 1);
  for (uint32_t id = 0; error == 0 && id < count; id++) {
    buffer_ring_give(buffers, (uint16_t)id);
  }
  buffer_ring_publish(buffers);
  return error;
}

void buffer_ring_close(struct buffer_ring *buffers) {
  if (buffers->entries != NULL) {
    munmap(buffers->entries, buffers->entries_bytes);
    buffers->entries = NULL;
  }
}

#endif
