import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, medianFigures, spreadPercent } from './median.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  assert.equal(median([]), undefined);
  assert.equal(median([3]), 3);
  assert.equal(median([10, 9, 100]), 10);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test('the spread is the distance of the farthest two in percent of the median', () => {
  assert.equal(spreadPercent([]), undefined);
  assert.equal(spreadPercent([0, 0]), undefined);
  assert.equal(spreadPercent([9, 10, 12]), 30);
});

test('each figure has the median of the rounds that measured it', () => {
  const rounds = [{ cpuUsPerPacket: 1, lossPercent: 0 }, { cpuUsPerPacket: 3 }, { cpuUsPerPacket: 2 }];
  assert.deepEqual(medianFigures(rounds), { cpuUsPerPacket: 2, lossPercent: 0 });
});
