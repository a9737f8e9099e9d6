import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuUsBetween, readProcessUsage } from './process-usage.ts';

test('what this process uses goes up with what it does', () => {
  const before = readProcessUsage(process.pid);
  const startMs = performance.now();
  const startUs = process.cpuUsage();
  while (performance.now() - startMs < 60) {
    Math.random();
  }
  const own = process.cpuUsage(startUs);
  const after = readProcessUsage(process.pid);
  assert.ok(before !== undefined && after !== undefined);
  const cpuUs = cpuUsBetween(before, after);
  assert.ok(cpuUs > 20_000 && cpuUs < own.user + own.system + 40_000, `${cpuUs} µs`);
  assert.ok(after.residentBytes > 10_000_000);
});

test('an ended thread leaves the clock ticks to tell', () => {
  const before = { ranUs: 500_000, waitedUs: 0, tickedUs: 500_000, residentBytes: 0 };
  assert.equal(cpuUsBetween(before, { ...before, ranUs: 612_345, tickedUs: 620_000 }), 112_345);
  assert.equal(cpuUsBetween(before, { ...before, ranUs: 512_345, tickedUs: 620_000 }), 120_000);
  assert.equal(cpuUsBetween(before, { ...before, ranUs: 100_000, tickedUs: 620_000 }), 120_000);
});

test('no process, no usage', () => {
  assert.equal(readProcessUsage(2 ** 22 + 1), undefined);
});
