import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectRows } from './bench-options.ts';
import { benchRows } from './bench-rows.ts';
import { benchTargets } from './bench-targets.ts';
import { isMoreBetter } from './figures.ts';
import { fitDescriptors } from './fit-descriptors.ts';

function idsOf(options: Parameters<typeof selectRows>[0]): readonly string[] {
  return selectRows(options).map(({ id }) => id);
}

test('each row has a name of its own', () => {
  assert.equal(new Set(benchRows.map(({ id }) => id)).size, benchRows.length);
});

test('every target is about a row that measures its figure, of a contender that runs in it', () => {
  for (const { row: id, figure, against, must, aim } of benchTargets) {
    const row = benchRows.find((one) => one.id === id);
    assert.ok(row !== undefined, `there is no row ${id}`);
    assert.ok(row.figures.includes(figure), `${id} does not measure ${figure}`);
    assert.ok(against === 'nothing' || row.contenders.includes(against), `${against} does not run ${id}`);
    assert.ok(isMoreBetter(figure) ? aim > must : aim < must, `${id}: the aim is farther than what must be`);
  }
});

test('rows are chosen by their names or a part of these, and a part that no row has is an error', () => {
  assert.equal(idsOf({}).length, benchRows.length);
  assert.deepEqual(idsOf({ rows: ['tls'] }), ['tls-10x160-up', 'tls-10x160-down']);
  assert.deepEqual(idsOf({ rows: ['steady-10000', 'allocate'] }), ['steady-10000', 'allocate']);
  assert.throws(() => idsOf({ rows: ['tls', 'sctp'] }), /no row is named like sctp/);
});

test('workers can be set for every row', () => {
  assert.deepEqual(
    selectRows({ rows: ['tls'], workers: 2 }).map(({ workers }) => workers),
    [2, 2],
  );
});

test('a row has no more allocations than descriptors allow', () => {
  const [row] = selectRows({ rows: ['memory-20000'] }) as [(typeof benchRows)[0]];
  assert.equal(fitDescriptors(row, 100_000), row);
  assert.deepEqual(fitDescriptors(row, 20_000).plan, { kind: 'memory', allocations: 19_500 });
});
