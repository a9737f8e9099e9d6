import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchTarget } from './bench-targets.ts';
import type { FigureName } from './figures.ts';
import { judgeTarget } from './judge-target.ts';

function judge(
  figure: FigureName,
  against: BenchTarget['against'],
  limits: readonly [must: number, aim: number],
  values: readonly [ours: number, theirs?: number],
) {
  const [must, aim] = limits;
  const [ours, theirs] = values;
  const medians = {
    taciturn: { [figure]: ours },
    ...(theirs === undefined ? {} : { coturn: { [figure]: theirs } }),
  };
  const judgement = judgeTarget({ row: 'row', figure, against, must, aim }, medians);
  return judgement && [judgement.score, judgement.verdict];
}

test('of what costs, a ratio at the limit or below it holds', () => {
  assert.deepEqual(judge('cpuUsPerPacket', 'coturn', [0.5, 0.25], [1, 4]), [0.25, 'aim']);
  assert.deepEqual(judge('cpuUsPerPacket', 'coturn', [0.5, 0.25], [2, 4]), [0.5, 'must']);
  assert.deepEqual(judge('cpuUsPerPacket', 'coturn', [0.5, 0.25], [3, 4]), [0.75, 'missed']);
});

test('of what is delivered, a ratio at the limit or above it holds', () => {
  assert.deepEqual(judge('deliveredPerSecond', 'coturn', [2, 3], [6, 2]), [3, 'aim']);
  assert.deepEqual(judge('deliveredPerSecond', 'coturn', [2, 3], [4, 2]), [2, 'must']);
  assert.deepEqual(judge('allocationsPerSecond', 'coturn', [2, 3], [3, 2]), [1.5, 'missed']);
});

test('what stands by itself needs nobody else', () => {
  assert.deepEqual(judge('memoryPerAllocationBytes', 'nothing', [10, 5], [7]), [7, 'must']);
});

test('what was not measured is not judged', () => {
  assert.equal(judge('cpuUsPerPacket', 'coturn', [0.5, 0.25], [1]), undefined);
  assert.equal(judge('cpuUsPerPacket', 'coturn', [0.5, 0.25], [1, 0]), undefined);
  assert.equal(judge('cpuUsPerPacket', 'floor', [0.5, 0.25], [1, 2]), undefined);
});
