import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOwnReport } from './own-generator.ts';
import { readTurnloadReport } from './turnload-generator.ts';

test("turnload's words become figures; what it did not measure is missing", () => {
  const report = {
    allocations: 100,
    delivered_pps: 90_731,
    loss_pct: 0,
    errors: { corrupt: 1, misroute: 2, dup: 3, reorder: 50, stale: 60, unexpected: 4, backpressure: 70, mi_bad: 5 },
    latency_us: { p50: 618.5, p99: 856.1 },
    server_cpu_us_per_packet: 10.979,
    others_cpu_pct: 0.5,
    generator: { cpu_pct: 89.5 },
  };
  assert.deepEqual(readTurnloadReport(report), {
    cpuUsPerPacket: 10.979,
    deliveredPerSecond: 90_731,
    lossPercent: 0,
    latencyP50Us: 618.5,
    latencyP99Us: 856.1,
    allocations: 100,
    errorCount: 15,
    generatorCpuPercent: 89.5,
    othersCpuPercent: 0.5,
  });
  assert.equal(readTurnloadReport({ peak_pps: 7, delivered_pps: 5 }).deliveredPerSecond, 7);
  assert.equal(readTurnloadReport({ kind: 'setup', rss_per_allocation_kb: 6.5 }).memoryPerAllocationBytes, 6_656);
});

test('the words of our own generator become the same figures', () => {
  const report = {
    allocations: 100,
    deliveredPerSecond: 90_731,
    lossPercent: 0,
    latencyUs: { p50: 618.5, p90: 700, p99: 856.1, max: 900 },
    errors: { corrupted: 1, misrouted: 2, duplicated: 3, reordered: 50, stale: 60, unexpected: 4, badIntegrity: 5 },
    allocationsPerSecond: 4_000,
    serverCpuUsPerPacket: 10.979,
    memoryPerAllocationBytes: 6_656,
    generatorCpuPercent: 89.5,
    othersCpuPercent: 0.5,
  };
  assert.deepEqual(readOwnReport(report), {
    cpuUsPerPacket: 10.979,
    deliveredPerSecond: 90_731,
    lossPercent: 0,
    latencyP50Us: 618.5,
    latencyP99Us: 856.1,
    allocations: 100,
    errorCount: 15,
    generatorCpuPercent: 89.5,
    othersCpuPercent: 0.5,
  });
  assert.equal(readOwnReport({ ...report, mode: 'setup' }).memoryPerAllocationBytes, 6_656);
  assert.equal(readOwnReport({ ...report, mode: 'allocate' }).allocationsPerSecond, 4_000);
});
