import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BackEndFailure } from './back-end-failure.ts';
import { chooseDatagramBackEnd, type MakeSockets } from './choose-datagram-back-end.ts';
import type { DatagramBackEnd } from './datagram-back-end.ts';
import { FaultySockets } from './test-support/faulty-sockets.ts';

/** Back ends that work, but for those that fail as `failures` says. */
function makerOf(failures: Partial<Readonly<Record<DatagramBackEnd, Error>>>): MakeSockets {
  return (handler, backEnd) => {
    const failure = failures[backEnd];
    if (failure !== undefined) {
      throw failure;
    }
    return new FaultySockets(handler, 'whole');
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error('the system says no'), { code });
}

const REFUSED =
  "io_uring is refused by this system (EPERM): a container's seccomp profile often does that, or the kernel's setting kernel.io_uring_disabled";
const noAddon = new BackEndFailure('addon_missing', 'the addon is not built: a C compiler (cc) cannot be found');

describe('the choice of a datagram back end', () => {
  test('is io_uring where everything works', async () => {
    assert.deepEqual(await chooseDatagramBackEnd('auto', 1, makerOf({})), {
      backEnd: 'io_uring',
      reason: 'fastest',
      explanation: 'it is the fastest, and works here',
    });
  });

  test('is mmsg where io_uring is refused', async () => {
    assert.deepEqual(await chooseDatagramBackEnd('auto', 1, makerOf({ io_uring: systemError('EPERM') })), {
      backEnd: 'mmsg',
      reason: 'io_uring_refused',
      explanation: REFUSED,
    });
  });

  test('is dgram where there is no addon, with the reason once', async () => {
    assert.deepEqual(await chooseDatagramBackEnd('auto', 1, makerOf({ io_uring: noAddon, mmsg: noAddon })), {
      backEnd: 'dgram',
      reason: 'mmsg_addon_missing',
      explanation: noAddon.message,
    });
  });

  test('is dgram where both fail, with both reasons', async () => {
    const failures = { io_uring: systemError('EPERM'), mmsg: new Error('out of luck') };
    assert.deepEqual(await chooseDatagramBackEnd('auto', 1, makerOf(failures)), {
      backEnd: 'dgram',
      reason: 'mmsg_self_test_failed',
      explanation: `${REFUSED}; mmsg cannot be used: out of luck`,
    });
  });

  test('is mmsg where what io_uring sends arrives changed', async () => {
    const chosen = await chooseDatagramBackEnd(
      'auto',
      1,
      (handler, backEnd) => new FaultySockets(handler, backEnd === 'io_uring' ? 'changed' : 'whole'),
    );
    assert.deepEqual(chosen, {
      backEnd: 'mmsg',
      reason: 'io_uring_self_test_failed',
      explanation: 'io_uring failed its test: other bytes than were sent came back over IPv4 loopback',
    });
  });

  test('is mmsg where io_uring is to be had for one worker, but not for all', async () => {
    let rings = 0;
    const chosen = await chooseDatagramBackEnd('auto', 4, (handler, backEnd) => {
      rings += backEnd === 'io_uring' ? 1 : 0;
      if (backEnd === 'io_uring' && rings === 3) {
        throw systemError('ENOMEM');
      }
      return new FaultySockets(handler, 'whole');
    });
    assert.equal(chosen.backEnd, 'mmsg');
    assert.match(chosen.explanation, /ENOMEM.*too low for all workers/u);
  });

  for (const backEnd of ['io_uring', 'mmsg', 'dgram'] as const) {
    test(`is ${backEnd} where the configuration asks for it`, async () => {
      const chosen = await chooseDatagramBackEnd(backEnd, 1, makerOf({}));
      assert.deepEqual([chosen.backEnd, chosen.reason], [backEnd, 'configured']);
    });

    test(`fails where the configuration asks for ${backEnd} and it does not work`, async () => {
      const refused = chooseDatagramBackEnd(backEnd, 1, makerOf({ [backEnd]: systemError('EPERM') }));
      await assert.rejects(refused, { name: 'BackEndFailure', fault: 'refused' });
      await assert.rejects(chooseDatagramBackEnd(backEnd, 1, makerOf({ [backEnd]: noAddon })), noAddon);
    });
  }
});
