import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReport } from './format-report.ts';
import type { LoadReport } from './load-report.ts';
import { zeroErrors } from './traffic-counts.ts';

const REPORT: LoadReport = {
  url: 'turn:127.0.0.1:3478?transport=udp',
  mode: 'channel',
  transport: 'udp',
  direction: 'down',
  allocations: 1_000,
  peers: 1,
  sizeBytes: 160,
  windowPackets: 64,
  seconds: 5,
  sentPackets: 1_000_000,
  deliveredPackets: 999_500,
  sentPerSecond: 200_000,
  deliveredPerSecond: 199_900,
  relayedPerSecond: 199_900,
  lossPercent: 0.05,
  latencyUs: { p50: 31.125, p90: 60.5, p99: 251.9375, max: 12_345.5 },
  errors: zeroErrors(),
  failedAllocations: 0,
  retransmissions: 0,
  allocationsPerSecond: 9_876.5,
  serverCpuUsPerPacket: 2.723,
  serverMemoryBytes: 100 * 1_048_576,
  memoryPerAllocationBytes: 4_321,
  generatorCpuPercent: 71.23,
  generator: {
    backEnd: 'mmsg',
    cpuPercent: 71.23,
    busyPercent: 65.4321,
    waitedPercent: 0,
    drops: 0,
    skipped: 3,
    refused: 0,
  },
  othersCpuPercent: 0.5,
};

test('a report of packets is a table, with a sentence about what was wrong', () => {
  const lines = formatReport(REPORT).split('\n');
  assert.deepEqual(lines, [
    'turn:127.0.0.1:3478?transport=udp: channel over udp, down, 1,000 allocations, 160 bytes',
    '',
    '  delivered               199,900 packets/s',
    '  lost                    0.05 %',
    '  latency                 p50 31.1, p90 60.5, p99 252, max 12,346 µs',
    '  allocations made        9,877 a second',
    '  server CPU              2.72 µs per packet',
    '  memory per allocation   4.22 KiB',
    '  server memory           100 MiB',
    '  generator               71.2 % of a core, busy 65.4 % (mmsg)',
    "  generator's own         0 dropped, 3 skipped, 0 refused",
    '  others on this machine  0.5 % of a core',
    '',
    'Every packet and answer that arrived was right.',
    '',
  ]);
});

test('what was wrong is counted and named', () => {
  const errors = { ...zeroErrors(), corrupted: 1_200, badIntegrity: 1 };
  const text = formatReport({ ...REPORT, errors, failedAllocations: 2, firstProblem: 'the server did not answer' });
  assert.match(
    text,
    /^Wrong: 1,200 corrupted, 1 answers with a wrong MESSAGE-INTEGRITY, 2 failed allocations \(first: the server did not answer\)\.$/m,
  );
});
