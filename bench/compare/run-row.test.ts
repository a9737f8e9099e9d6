import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchRow } from './bench-row.ts';
import { benchRows } from './bench-rows.ts';
import type { Figures } from './figures.ts';
import type { LoadGenerator } from './load-generator.ts';
import { type RowConditions, runRow, type StartServer } from './run-row.ts';

function rowOf(id: string): BenchRow {
  return benchRows.find((row) => row.id === id) as BenchRow;
}

/** Servers and a generator that only write down what is done with them; figures come from `answer`, in order. */
function makeRig(answer: (measurement: number) => Figures | Error) {
  const events: string[] = [];
  let measurements = 0;
  const start: StartServer = async (name) => {
    events.push(`start ${name}`);
    const access = { username: '', password: '', port: 1, tlsPort: 2, peerPort: undefined, pid: 3 };
    const stop = async (): Promise<void> => {
      events.push(`stop ${name}`);
    };
    return { name, description: `${name} 1.0`, ...access, stop };
  };
  const generator: LoadGenerator = {
    name: 'fake',
    measure: async ({ name }, _plan, { seconds, cores }) => {
      events.push(`load ${name} ${seconds} s on ${cores}`);
      measurements += 1;
      const figures = answer(measurements);
      if (figures instanceof Error) {
        throw figures;
      }
      return figures;
    },
  };
  const conditions: RowConditions = {
    rounds: 2,
    seconds: 4,
    warmUpSeconds: 1,
    serverCores: '0',
    generatorCores: '1',
    generator,
  };
  return { events, start, conditions };
}

test('contenders take turns on servers that were warmed up, and a forwarder is new each time', async () => {
  const { events, start, conditions } = makeRig((n) => ({ cpuUsPerPacket: n }));
  const result = await runRow(rowOf('udp-1x160-up'), ['taciturn', 'coturn', 'floor'], conditions, start);
  assert.deepEqual(events, [
    'start taciturn',
    'load taciturn 1 s on 1',
    'start coturn',
    'load coturn 1 s on 1',
    'load taciturn 4 s on 1',
    'load coturn 4 s on 1',
    ...['start floor', 'load floor 4 s on 1', 'stop floor'],
    'load taciturn 4 s on 1',
    'load coturn 4 s on 1',
    ...['start floor', 'load floor 4 s on 1', 'stop floor'],
    'stop taciturn',
    'stop coturn',
  ]);
  assert.deepEqual(result.medians, {
    taciturn: { cpuUsPerPacket: 4.5 },
    coturn: { cpuUsPerPacket: 5.5 },
    floor: { cpuUsPerPacket: 6.5 },
  });
  assert.deepEqual(result.contenders, { taciturn: 'taciturn 1.0', coturn: 'coturn 1.0', floor: 'floor 1.0' });
});

test('memory is measured on a new server each time, which is not warmed up', async () => {
  const { events, start, conditions } = makeRig(() => ({ othersCpuPercent: 50 }));
  await runRow(rowOf('memory-1000'), ['taciturn'], conditions, start);
  const round = ['start taciturn', 'load taciturn 4 s on 1', 'stop taciturn'];
  assert.deepEqual(events, [...round, ...round]);
});

test('a round that others disturbed is repeated twice at most, and the least disturbed one counts', async () => {
  const disturbances = [0, 40, 20, 30, 1];
  const { start, conditions } = makeRig((n) => ({ cpuUsPerPacket: n, othersCpuPercent: disturbances[n - 1] ?? 0 }));
  const { rounds } = await runRow(rowOf('udp-1x160-up'), ['taciturn'], conditions, start);
  assert.deepEqual(rounds, {
    taciturn: [
      { cpuUsPerPacket: 3, othersCpuPercent: 20 },
      { cpuUsPerPacket: 5, othersCpuPercent: 1 },
    ],
  });
});

test('a round of the forwarder is repeated on a new one', async () => {
  const { events, start, conditions } = makeRig((n) => ({ othersCpuPercent: n === 1 ? 40 : 0 }));
  await runRow(rowOf('udp-1x160-up'), ['floor'], { ...conditions, rounds: 1 }, start);
  const round = ['start floor', 'load floor 4 s on 1', 'stop floor'];
  assert.deepEqual(events, [...round, ...round]);
});

test('no server is left when a load fails', async () => {
  const { events, start, conditions } = makeRig((n) => (n === 4 ? new Error('refused') : {}));
  await assert.rejects(runRow(rowOf('udp-1x160-up'), ['taciturn', 'coturn'], conditions, start), /refused/);
  assert.deepEqual(events.slice(-2), ['stop taciturn', 'stop coturn']);
});
