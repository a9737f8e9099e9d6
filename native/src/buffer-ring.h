// The receive buffers that the kernel takes from and the back end gives back (a "provided buffer ring" of io_uring).
#ifndef TACITURN_BUFFER_RING_H
#define TACITURN_BUFFER_RING_H

#include "uring.h"

struct buffer_ring {
  struct io_uring_buf_ring *entries;
  size_t entries_bytes;
  uint32_t count;
  uint16_t tail;
  uint8_t *slab;
};

// Registers `count` buffers, which lie in the slab one after another, and gives all of them. Answers 0, or an error number.
int buffer_ring_open(struct buffer_ring *buffers, struct uring *ring, uint16_t group, uint8_t *slab, uint32_t count);
// Forgets them, after the ring was closed.
void buffer_ring_close(struct buffer_ring *buffers);

// Gives buffer `id` back. The kernel sees it after `buffer_ring_publish`.
void buffer_ring_give(struct buffer_ring *buffers, uint16_t id);
void buffer_ring_publish(struct buffer_ring *buffers);

#endif
