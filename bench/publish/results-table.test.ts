import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { steadyRowId } from '../compare/bench-rows.ts';
import type { ResultLine } from '../compare/result-line.ts';
import { chartAllocations, chartRates } from './cost-charts.ts';
import { RESULTS_BEGIN, RESULTS_END, replaceBetweenMarkers } from './replace-between-markers.ts';
import { writeRowTable, writeTargetTable } from './results-table.ts';

const UP = {
  row: 'udp-100x160-up',
  rounds: {
    taciturn: [{ cpuUsPerPacket: 3.9 }, { cpuUsPerPacket: 4 }, { cpuUsPerPacket: 4.1 }],
    coturn: [{ cpuUsPerPacket: 8 }],
  },
  medians: { taciturn: { cpuUsPerPacket: 4 }, coturn: { cpuUsPerPacket: 8, deliveredPerSecond: 125_000 } },
  judgements: [{ figure: 'cpuUsPerPacket', against: 'coturn', must: 0.55, aim: 0.4, score: 0.5, verdict: 'must' }],
} as unknown as ResultLine;

const MEMORY = {
  row: 'memory-1000',
  rounds: {},
  medians: { taciturn: { memoryPerAllocationBytes: 4 * 1024 } },
  judgements: [
    { figure: 'memoryPerAllocationBytes', against: 'nothing', must: 10_240, aim: 5_120, score: 4_096, verdict: 'aim' },
  ],
} as unknown as ResultLine;

const LINES = new Map([UP, MEMORY].map((line) => [line.row, line]));

describe('the tables', () => {
  test('say of each target what was compared and whether it holds', () => {
    const table = writeTargetTable(LINES);
    assert.ok(
      table.includes(
        '| UDP, 100 allocations, 160 B, client → peer | CPU per packet, µs | 4 | coturn 8 | 0.50 | 0.55 | 0.40 | ✓ |',
      ),
      table,
    );
    assert.ok(
      table.includes('| Memory of 1,000 allocations | memory per allocation, KiB | 4.0 |  |  | 10.0 | 5.0 | ✓ aim |'),
      table,
    );
  });

  test('say what was not measured', () => {
    assert.match(
      writeTargetTable(new Map()),
      /client → peer \| .* \| – \| coturn – \| – \| 0\.55 \| 0\.40 \| not measured \|/,
    );
  });

  test('show every row that was measured, with the spread of its rounds', () => {
    const table = writeRowTable(LINES);
    assert.ok(
      table.includes('| UDP, 100 allocations, 160 B, client → peer | CPU per packet, µs | 4 ± 2 % | 8 | – |'),
      table,
    );
    assert.ok(table.includes('|  | delivered packets/s | – | 125,000 | – |'), table);
    assert.equal(table.split('\n').length, 6);
  });
});

describe('the plots', () => {
  test('have a line for each contender and direction that was measured', () => {
    assert.deepEqual(
      chartAllocations(LINES).series.map(({ name, points }) => [name, points]),
      [
        ['Taciturn, to peer', [{ x: 100, y: 4 }]],
        ['coturn, to peer', [{ x: 100, y: 8 }]],
      ],
    );
  });

  test('leave out a rate that was not carried, and end with saturation', () => {
    const line = (row: string, figures: object): [string, ResultLine] => [
      row,
      { medians: { taciturn: figures } } as unknown as ResultLine,
    ];
    const lines = new Map([
      line(steadyRowId(1_000), { cpuUsPerPacket: 9, lossPercent: 0 }),
      line(steadyRowId(100_000), { cpuUsPerPacket: 3, lossPercent: 30 }),
      line('workers-1', { cpuUsPerPacket: 4, deliveredPerSecond: 90_000 }),
    ]);
    assert.deepEqual(chartRates(lines).series[0]?.points, [
      { x: 1_000, y: 9 },
      { x: 90_000, y: 4 },
    ]);
  });
});

describe('the page', () => {
  test('is changed between its markers alone, and the same again the next time', () => {
    const page = `before\n${RESULTS_BEGIN}\nold\n${RESULTS_END}\nafter\n`;
    const changed = `before\n${RESULTS_BEGIN}\n\nnew\n\n${RESULTS_END}\nafter\n`;
    assert.equal(replaceBetweenMarkers(page, 'new'), changed);
    assert.equal(replaceBetweenMarkers(changed, 'new'), changed);
  });

  test('without its markers is an error', () => {
    assert.throws(() => replaceBetweenMarkers(`${RESULTS_END} ${RESULTS_BEGIN}`, 'new'), /lost its markers/);
  });
});
