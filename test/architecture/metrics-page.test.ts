import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EVENTS, INPUT_OUTCOMES } from '../../src/turn/counter.ts';

const page = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8');

/** The words in code of the row of a metric, its own name apart. */
function labelsOf(metric: string): string[] {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${metric}`)) ?? '';
  const [, , , told = ''] = row.split('|');
  return [...told.matchAll(/`([a-z_]+)`/g)].map(([, label = '']) => label);
}

test('the page of metrics has every reason that an allocation ends for', () => {
  const prefix = 'allocations_ended_';
  const reasons = EVENTS.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  assert.deepEqual(labelsOf('taciturn_allocations_ended_…_total').toSorted(), reasons.toSorted());
});

test('every outcome that the page names is one that there is, and each falls into one of its groups', () => {
  const outcomes: ReadonlySet<string> = new Set(INPUT_OUTCOMES);
  const whole = [...page.matchAll(/`((?:rejected|denied_peer|drop)_[a-z_]+[a-z])`/g)].map(([, name = '']) => name);
  assert.ok(whole.length > 0);
  assert.deepEqual(
    whole.filter((name) => !outcomes.has(name)),
    [],
  );
  const rows = page.match(/\| outcome \| what became of the packet \|\n\|[-|]+\n((?:\|.*\n)+)/)?.[1] ?? '';
  const cells = rows.split('\n').map((row) => row.split('|')[1] ?? '');
  const patterns = cells.flatMap((cell) => [...cell.matchAll(/`(…?)([a-z_]+)(…?)`/g)]);
  for (const name of INPUT_OUTCOMES) {
    const fitting = patterns.filter(([, before, text = '']) =>
      before === '…' ? name.endsWith(text) && !/^(rejected|denied_peer|drop)_/.test(name) : name.startsWith(text),
    );
    assert.equal(fitting.length, 1, name);
  }
});
