import { BackEndFailure } from './back-end-failure.ts';
import { createDatagramSockets } from './create-datagram-sockets.ts';
import type { BackEndReason, ChosenBackEnd, DatagramBackEnd, DatagramWish } from './datagram-back-end.ts';
import type { DatagramHandler, DatagramSockets } from './datagram-sockets.ts';
import { selfTestSockets } from './self-test-sockets.ts';

/** Makes the sockets of one back end; throws where it cannot. */
export type MakeSockets = (handler: DatagramHandler, backEnd: DatagramBackEnd) => DatagramSockets;

/** What a system call's error says about the kernel or what stands in front of it. */
const REFUSALS: Readonly<Record<string, string>> = {
  EPERM: "(EPERM): a container's seccomp profile often does that, or the kernel's setting kernel.io_uring_disabled",
  EACCES: '(EACCES): a security module of the kernel does that',
  ENOSYS: '(ENOSYS): the kernel is too old, or a sandbox hides it',
  EINVAL: '(EINVAL): the kernel is too old for what is used of it',
  EOPNOTSUPP: '(EOPNOTSUPP): the kernel is too old for what is used of it',
  ENOMEM: '(ENOMEM): memory is short, or the limit of locked memory (ulimit -l) is too low for all workers',
  EMFILE: '(EMFILE): the limit of open files (ulimit -n) is low',
};

/**
 * Chooses the back end of all workers, once at the start: as many as `workers` must get it. `auto` takes the first that passes a test on
 * loopback, the fastest first; the last, `dgram`, is Node's own, and works wherever Node does.
 * @throws {BackEndFailure} when `wish` names one that does not work here.
 */
export async function chooseDatagramBackEnd(
  wish: DatagramWish,
  workers: number,
  makeSockets: MakeSockets = createDatagramSockets,
): Promise<ChosenBackEnd> {
  if (wish !== 'auto') {
    await tryBackEnd(wish, workers, makeSockets);
    return { backEnd: wish, reason: 'configured', explanation: 'the configuration asks for it' };
  }
  let reason: BackEndReason = 'fastest';
  const failures: string[] = [];
  for (const backEnd of ['io_uring', 'mmsg'] as const) {
    try {
      await tryBackEnd(backEnd, workers, makeSockets);
      return { backEnd, reason, explanation: failures[0] ?? 'it is the fastest, and works here' };
    } catch (error) {
      const failure = error as BackEndFailure;
      reason = `${backEnd}_${failure.fault}`;
      failures.push(failure.message);
    }
  }
  // Both have the same reason where there is no addon.
  return { backEnd: 'dgram', reason, explanation: [...new Set(failures)].join('; ') };
}

/** @throws {BackEndFailure} */
async function tryBackEnd(backEnd: DatagramBackEnd, workers: number, makeSockets: MakeSockets): Promise<void> {
  const others: DatagramSockets[] = [];
  try {
    // The kernel counts locked memory per user: one ring may be had where several are not.
    while (others.length < workers - 1) {
      others.push(makeSockets(deafHandler, backEnd));
    }
    await selfTestSockets((handler) => makeSockets(handler, backEnd));
  } catch (error) {
    throw explain(backEnd, error);
  } finally {
    await Promise.all(others.map((sockets) => sockets.stop()));
  }
}

const deafHandler: DatagramHandler = {
  handleOpened() {},
  handleOpenFailed() {},
  handleBatch() {},
  handleIcmp() {},
};

/** What a failed test says: its own finding, or the error of a system call. */
function explain(backEnd: DatagramBackEnd, error: unknown): BackEndFailure {
  if (error instanceof BackEndFailure) {
    return error.fault === 'self_test_failed'
      ? new BackEndFailure(error.fault, `${backEnd} failed its test: ${error.message}`, { cause: error })
      : error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  const refusal = code === undefined ? undefined : REFUSALS[code];
  return refusal === undefined
    ? new BackEndFailure('self_test_failed', `${backEnd} cannot be used: ${message}`, { cause: error })
    : new BackEndFailure('refused', `${backEnd} is refused by this system ${refusal}`, { cause: error });
}
