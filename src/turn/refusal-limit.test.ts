import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { REFUSAL_ROWS } from '../base/limits.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { COUNTER, COUNTER_NAMES } from './counter.ts';
import { RefusalLimit } from './refusal-limit.ts';
import { addressOf } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

const START = 1_000_000 as Instant;

function limitOf(perSecond: number): { readonly limit: RefusalLimit; replaced(): number } {
  const counters = new Float64Array(COUNTER_NAMES.length);
  const limit = new RefusalLimit(perSecond, counters, new SeededRandom(1));
  return { limit, replaced: () => counters[COUNTER.refusal_rows_replaced] as number };
}

/** How many of 100 refusals the address is sent. */
function refused(limit: RefusalLimit, address: string, now: Instant = START): number {
  return Array.from({ length: 100 }, () => limit.mayRefuse(addressOf(address), 0, now)).filter(Boolean).length;
}

test('an IPv4 address is refused so often a second, whatever its port', () => {
  const { limit } = limitOf(10);
  assert.equal(refused(limit, '198.51.100.1:4000'), 10);
  assert.equal(refused(limit, '198.51.100.1:4001'), 0);
  assert.equal(refused(limit, '198.51.100.2:4000'), 10);
  assert.equal(refused(limit, '198.51.100.1:4000', (START + 500) as Instant), 5);
});

test('an IPv6 /64 is one address', () => {
  const { limit } = limitOf(10);
  assert.equal(refused(limit, '[2001:db8:1:2::1]:4000'), 10);
  assert.equal(refused(limit, '[2001:db8:1:2:ffff::9]:4000'), 0);
  assert.equal(refused(limit, '[2001:db8:1:3::1]:4000'), 10);
});

test('an IPv4 address and an IPv6 prefix of the same bits are two', () => {
  const { limit } = limitOf(10);
  assert.equal(refused(limit, '32.1.13.184:4000'), 10);
  assert.equal(refused(limit, '[2001:db8::1]:4000'), 10);
});

test('0 is no limit', () => {
  const { limit } = limitOf(0);
  assert.equal(refused(limit, '198.51.100.1:4000'), 100);
});

test('a flood from more addresses than the table holds shows, and the one that is flooded most stays limited', () => {
  const { limit, replaced } = limitOf(10);
  const victim = addressOf('203.0.113.1:4000');
  const other = addressOf('198.18.0.0:4000');
  let sent = 0;
  for (let n = 0; n < 4 * REFUSAL_ROWS; n += 1) {
    other[1] = 0xc6120000 + n;
    limit.mayRefuse(other, 0, (START + n / 1e6) as Instant);
    sent += limit.mayRefuse(victim, 0, (START + n / 1e6) as Instant) ? 1 : 0;
  }
  assert.equal(sent, 10);
  assert.ok(replaced() >= 2 * REFUSAL_ROWS, `${replaced()} replaced`);
});

test('rows that are not needed any more are replaced without a word', () => {
  const { limit, replaced } = limitOf(10);
  const address = addressOf('198.18.0.0:4000');
  for (let n = 0; n < 4 * REFUSAL_ROWS; n += 1) {
    address[1] = 0xc6120000 + n;
    limit.mayRefuse(address, 0, (START + n) as Instant);
  }
  assert.equal(replaced(), 0);
});

test('over UDP the server is silent above the limit, over TCP it is not, and who authenticates is answered', () => {
  const script = new TurnScript({ limits: { refusalsPerAddressPerSecond: 10 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.1:4001', undefined, 'tcp');
  const answers = Array.from({ length: 15 }, () => alice.challenge());
  assert.equal(answers.flat().length, 10);
  assert.equal(script.count('drop_refusal_limit'), 5);
  assert.equal(Array.from({ length: 15 }, () => bob.challenge()).flat().length, 15);
  alice.mustAllocate();
  assert.equal(alice.bind().length, 1);
});
