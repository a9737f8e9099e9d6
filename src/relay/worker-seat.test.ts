import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { MessageFromWorker } from '../contract/worker-message.ts';
import { WorkerSeat } from './worker-seat.ts';
import type { WorkerStart } from './worker-start.ts';

/** A worker that says it is ready, answers `listen` at its first life or not at all, and fails when it is told to drain. */
const PROGRAM = `
  import { parentPort, workerData } from 'node:worker_threads';
  parentPort.on('message', ({ kind }) => {
    if (kind === 'listen') {
      parentPort.postMessage(workerData.isBound
        ? { kind: 'listening' }
        : { kind: 'bind-failed', listen: { transport: 'udp', address: Uint32Array.of(0x40d96, 0x7f000001, 0, 0, 0) }, reason: 'it is taken.' });
    } else if (kind === 'drain') {
      throw new Error('an invariant is broken');
    } else if (kind === 'stop') {
      parentPort.close();
    } else {
      parentPort.postMessage({ kind: 'usage-flushed' });
    }
  });
  parentPort.postMessage({ kind: 'ready' });`;

describe('worker seat', { timeout: 20_000 }, () => {
  const deaths: { readonly message: string; readonly restartMs: number }[] = [];
  const messages: MessageFromWorker[] = [];
  let seat: WorkerSeat;
  let onStart = () => {};
  let onSuccessor = () => {};
  const makeSeat = (program: string, isBound = true) => {
    deaths.length = 0;
    messages.length = 0;
    seat = new WorkerSeat({
      index: 0,
      entry: new URL(`data:text/javascript,${encodeURIComponent(program)}`),
      describeStart: () => {
        onStart();
        return { isBound } as unknown as WorkerStart;
      },
      onMessage: (message) => messages.push(message),
      onDied: ({ message }, restartMs) => deaths.push({ message, restartMs }),
      onSuccessorReady: () => onSuccessor(),
    });
    return seat;
  };
  const nextSuccessor = () =>
    new Promise<void>((resolve) => {
      onSuccessor = resolve;
    });
  afterEach(() => seat.stop());

  it('resolves a question with its answer', async () => {
    await makeSeat(PROGRAM).start();
    await seat.ask({ kind: 'listen' }, 'listening');
    await seat.ask({ kind: 'flush-usage' }, 'usage-flushed');
    assert.deepEqual(messages, []);
  });

  it('rejects a question with the port that could not be bound', async () => {
    await makeSeat(PROGRAM, false).start();
    await assert.rejects(seat.ask({ kind: 'listen' }, 'listening'), {
      name: 'ListenError',
      message: 'Cannot listen on udp://127.0.0.1:3478: it is taken.',
    });
  });

  it('rejects the start, and the questions, of a worker that dies', async () => {
    await assert.rejects(makeSeat(`throw new Error('no such program')`).start(), /no such program/);
    assert.deepEqual(deaths, []);
    await makeSeat(PROGRAM).start();
    seat.post({ kind: 'drain' });
    await assert.rejects(seat.ask({ kind: 'flush-usage' }, 'usage-flushed'), /an invariant is broken/);
  });

  it('starts successors, later each time', async () => {
    await makeSeat(PROGRAM).start();
    for (let life = 0; life < 3; life++) {
      const successor = nextSuccessor();
      seat.post({ kind: 'drain' });
      await successor;
    }
    assert.deepEqual(deaths, [
      { message: 'an invariant is broken', restartMs: 0 },
      { message: 'an invariant is broken', restartMs: 100 },
      { message: 'an invariant is broken', restartMs: 200 },
    ]);
    await seat.ask({ kind: 'listen' }, 'listening');
  });

  it('ends for good', async () => {
    await makeSeat(PROGRAM).start();
    const stopped = seat.stop();
    await assert.rejects(seat.ask({ kind: 'listen' }, 'listening'), /does not run/);
    await stopped;
    assert.deepEqual(deaths, []);
  });

  it('ends for good while a successor starts, which is never asked to listen', async () => {
    await makeSeat(PROGRAM).start();
    let successors = 0;
    onSuccessor = () => {
      successors += 1;
    };
    const successorStarts = new Promise<void>((resolve) => {
      onStart = resolve;
    });
    seat.post({ kind: 'drain' });
    await successorStarts;
    await seat.stop();
    assert.equal(successors, 0);
    assert.equal(deaths.length, 1);
  });
});
