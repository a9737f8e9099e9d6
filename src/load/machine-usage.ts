import { readFileSync } from 'node:fs';

/** Of the clock ticks that /proc counts in. */
const US_PER_CLOCK_TICK = 10_000;

/** µs that all of the machine's cores have worked together; undefined where there is no /proc. */
export function readMachineUsageUs(): number | undefined {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    // user, nice, system, idle, iowait, irq, softirq.
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/ +/).slice(1).map(Number);
    return (user + nice + system + irq + softirq) * US_PER_CLOCK_TICK;
  } catch {
    return undefined;
  }
}

/** µs that this thread was ready and had no CPU. */
export function readOwnWaitUs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1] ?? 0) / 1_000;
  } catch {
    return 0;
  }
}
