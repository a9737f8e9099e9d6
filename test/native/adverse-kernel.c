// Stands between the addon and its system calls (`-Dsyscall=adverse_syscall`), and lets io_uring do what it does rarely. The
// environment says what:
//
// REFUSE_SUBMISSIONS: the kernel is short of memory, and takes nothing (`all`), or submits only half, and every other time
// nothing (`some`).
//
// LATE_MARKS: what was queued is worked off before the kernel marks it in the ring (IORING_SQ_TASKRUN), and the mark stays
// when there is nothing left to do.
#include <errno.h>
#include <linux/io_uring.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// Here, the system's own is meant.
#undef syscall
long syscall(long number, ...);
long adverse_syscall(long number, ...);

// The flags of the ring that was made last, in a mapping of their own.
static uint8_t *ring_memory;
static size_t ring_bytes;
static unsigned flags_at;
static unsigned submissions;
static unsigned collections;

static void look_into(int fd, const struct io_uring_params *params) {
  if (ring_memory != NULL) {
    munmap(ring_memory, ring_bytes);
  }
  ring_bytes = params->sq_off.array + params->sq_entries * sizeof(unsigned);
  flags_at = params->sq_off.flags;
  ring_memory = mmap(NULL, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
  if (ring_memory == MAP_FAILED) {
    abort();
  }
}

// How many of `submit` entries the kernel would take; 0 for a refusal.
static long allow(long submit) {
  const char *refused = getenv("REFUSE_SUBMISSIONS");
  if (refused == NULL || submit == 0) {
    return submit;
  }
  submissions += 1;
  return strcmp(refused, "some") == 0 && submissions % 2 == 1 ? submit / 2 : 0;
}

// Behind every other call that works something off.
static void mark_late(long flags) {
  if (getenv("LATE_MARKS") != NULL && flags & IORING_ENTER_GETEVENTS && collections++ % 2 == 0) {
    __atomic_fetch_or((unsigned *)(ring_memory + flags_at), IORING_SQ_TASKRUN, __ATOMIC_SEQ_CST);
  }
}

static long enter(long *arguments) {
  // The entries are counted by an `unsigned`: what the register holds above it is not of this call.
  long submit = (unsigned)arguments[1];
  arguments[1] = allow(submit);
  if (submit > 0 && arguments[1] == 0) {
    errno = EBUSY;
    return -1;
  }
  long submitted =
      syscall(__NR_io_uring_enter, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  mark_late(arguments[3]);
  return submitted;
}

long adverse_syscall(long number, ...) {
  long arguments[6];
  va_list list;
  va_start(list, number);
  for (int index = 0; index < 6; index++) {
    arguments[index] = va_arg(list, long);
  }
  va_end(list);
  if (number == __NR_io_uring_enter) {
    return enter(arguments);
  }
  long result = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  if (number == __NR_io_uring_setup && result >= 0) {
    look_into((int)result, (const struct io_uring_params *)arguments[1]);
  }
  return result;
}
