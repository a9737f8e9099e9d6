import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { selfTestSockets } from './self-test-sockets.ts';
import { type Delivery, FaultySockets } from './test-support/faulty-sockets.ts';

async function testSockets(delivery: Delivery, limitMs?: number): Promise<void> {
  await selfTestSockets((handler) => new FaultySockets(handler, delivery), limitMs);
}

describe('the self-test of datagram sockets', () => {
  test('passes those that work', () => testSockets('whole'));

  test('fails when nothing comes back within its time', async () => {
    await assert.rejects(testSockets('lost', 50), {
      fault: 'self_test_failed',
      message: 'nothing came back over IPv4 loopback within 50 ms',
    });
  });

  test('fails when something else comes back', async () => {
    await assert.rejects(testSockets('changed'), {
      fault: 'self_test_failed',
      message: 'other bytes than were sent came back over IPv4 loopback',
    });
  });
});
