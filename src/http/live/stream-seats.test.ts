import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIVE_STREAMS_MAX, LIVE_STREAMS_PER_ACCOUNT_MAX, LIVE_STREAMS_PER_TOKEN_MAX } from '../../base/limits.ts';
import { HttpProblem } from '../problem.ts';
import { StreamSeats } from './stream-seats.ts';

/** Takes seats, each with a token of its own. */
function take(seats: StreamSeats, accountId: string, count: number): (() => void)[] {
  return Array.from({ length: count }, (_, index) => seats.take(`${accountId} ${index}`, accountId));
}

function refusalOf(take: () => unknown): unknown[] {
  try {
    take();
    return [];
  } catch (error) {
    assert.ok(error instanceof HttpProblem);
    return [error.code, error.kind.status, error.headers['retry-after']];
  }
}

test('one token has its number of streams, whatever their accounts, and one more when one has ended', () => {
  const seats = new StreamSeats();
  const leave = Array.from({ length: LIVE_STREAMS_PER_TOKEN_MAX }, (_, index) =>
    seats.take('token', `account ${index}`),
  );
  assert.deepEqual(
    refusalOf(() => seats.take('token', 'other')),
    ['too_many_streams', 429, '30'],
  );
  leave[0]?.();
  assert.deepEqual(
    refusalOf(() => seats.take('token', 'other')),
    [],
  );
});

test('one account has its number of streams, whatever their tokens, and leaves room for others', () => {
  const seats = new StreamSeats();
  const leave = take(seats, 'a', LIVE_STREAMS_PER_ACCOUNT_MAX);
  assert.deepEqual(
    refusalOf(() => seats.take('one more', 'a')),
    ['too_many_account_streams', 429, '30'],
  );
  assert.deepEqual(
    refusalOf(() => seats.take('one more', 'b')),
    [],
  );
  leave[0]?.();
  assert.deepEqual(
    refusalOf(() => seats.take('one more', 'a')),
    [],
  );
});

test('all together have their number, a refused stream takes no seat, and a seat that was left is free', () => {
  const seats = new StreamSeats();
  const accounts = Math.ceil(LIVE_STREAMS_MAX / LIVE_STREAMS_PER_ACCOUNT_MAX);
  const left = Array.from({ length: accounts }, (_, index) => {
    const room = LIVE_STREAMS_MAX - index * LIVE_STREAMS_PER_ACCOUNT_MAX;
    return take(seats, `account ${index}`, Math.min(room, LIVE_STREAMS_PER_ACCOUNT_MAX));
  }).flat();
  for (let attempt = 0; attempt <= LIVE_STREAMS_PER_TOKEN_MAX; attempt += 1) {
    assert.deepEqual(
      refusalOf(() => seats.take('one more', 'other')),
      ['unavailable', 503, '30'],
    );
  }
  left.at(-1)?.();
  assert.deepEqual(
    refusalOf(() => seats.take('one more', 'other')),
    [],
  );
});
