import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nameMachineKind } from './machine.ts';
import { appendResult, latestByRow, type ResultLine, readResults } from './result-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-results-'));
after(() => rmSync(folder, { recursive: true }));

const LINE = { run: '2026-01-01T00:00:00.000Z', row: 'allocate', seconds: 4 } as ResultLine;

test('results are read as they were written, by kind of machine; of each row the last counts', () => {
  assert.deepEqual(readResults(folder), []);
  appendResult('b-2-cores', LINE, folder);
  appendResult('a-4-cores', { ...LINE, row: 'memory-1000' }, folder);
  appendResult('b-2-cores', { ...LINE, seconds: 9 }, folder);
  const results = readResults(folder);
  assert.deepEqual(
    results.map(({ machineKind, lines }) => [machineKind, lines.length]),
    [
      ['a-4-cores', 1],
      ['b-2-cores', 2],
    ],
  );
  assert.deepEqual([...latestByRow(results[1]?.lines ?? []).values()], [{ ...LINE, seconds: 9 }]);
});

test('a line that is no JSON is named', () => {
  appendFileSync(join(folder, 'b-2-cores.jsonl'), '{"run":\n');
  assert.throws(() => readResults(folder), /b-2-cores\.jsonl:3 is no JSON/);
});

test('a kind of machine is a processor and its cores', () => {
  assert.equal(nameMachineKind('AMD EPYC', 2), 'amd-epyc-2-cores');
  assert.equal(nameMachineKind('Intel(R) Xeon(R) CPU @ 2.20GHz', 1), 'intel-r-xeon-r-cpu-2-20ghz-1-core');
});
