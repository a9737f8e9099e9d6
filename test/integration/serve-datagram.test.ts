import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ClientPair, connectPair, relayOnce } from '../support/loopback-clients.ts';
import { Service } from '../support/service.ts';

interface LogLine {
  readonly msg: string;
  readonly backEnd: string;
  readonly reason: string;
}

/** The one line of the log that says which back end was chosen. */
function findChoice({ stderr }: Service): LogLine {
  const lines = stderr.split('\n').filter((line) => line.includes('datagrams go through'));
  assert.equal(lines.length, 1, stderr);
  return JSON.parse(lines[0] as string) as LogLine;
}

describe('TACITURN_TURN_DATAGRAM', () => {
  const natives = process.platform === 'linux' ? ['io_uring', 'mmsg'] : [];
  for (const wish of ['auto', ...natives, 'dgram']) {
    test(`${wish}: the log and a metric say what relays, and it does`, async () => {
      const environment = { TACITURN_TURN_DATAGRAM: wish, TACITURN_TURN_WORKERS: '2', TACITURN_LOG_LEVEL: 'info' };
      const service = await Service.start({ environment });
      let pair: ClientPair | undefined;
      try {
        const { msg, backEnd, reason } = findChoice(service);
        if (wish !== 'auto') {
          assert.deepEqual([backEnd, reason], [wish, 'configured']);
        }
        assert.ok(msg.startsWith(`datagrams go through ${backEnd}: `), msg);
        const chosen = [...(await service.readMetrics())].filter(([name]) => name.includes('datagram_back_end'));
        assert.deepEqual(chosen, [[`taciturn_turn_datagram_back_end{back_end="${backEnd}",reason="${reason}"}`, 1]]);
        pair = await connectPair(service, await service.createKey());
        await relayOnce(pair);
      } finally {
        await Promise.all((pair?.clients ?? []).map((client) => client.close()));
        await service.end();
      }
    });
  }
});
