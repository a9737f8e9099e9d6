// Stands between the addon and its system calls (`-Dsyscall=refusing_syscall`), and refuses what it submits to io_uring as a kernel
// does that is short of memory, while the environment has REFUSE_SUBMISSIONS: `all` of them, or `some`, where every other call
// submits only half, and the next nothing.
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

// Here, the system's own is meant.
#undef syscall
long syscall(long number, ...);
long refusing_syscall(long number, ...);

static unsigned calls;

// How many of `submit` entries the kernel would take; 0 for a refusal.
static long allow(long submit) {
  const char *refused = getenv("REFUSE_SUBMISSIONS");
  if (refused == NULL || submit == 0) {
    return submit;
  }
  calls += 1;
  return strcmp(refused, "some") == 0 && calls % 2 == 1 ? submit / 2 : 0;
}

long refusing_syscall(long number, ...) {
  long arguments[6];
  va_list list;
  va_start(list, number);
  for (int index = 0; index < 6; index++) {
    arguments[index] = va_arg(list, long);
  }
  va_end(list);
  if (number == __NR_io_uring_enter) {
    // The entries are counted by an `unsigned`: what the register holds above it is not of this call.
    long submit = (unsigned)arguments[1];
    arguments[1] = allow(submit);
    if (submit > 0 && arguments[1] == 0) {
      errno = EBUSY;
      return -1;
    }
  }
  return syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}
