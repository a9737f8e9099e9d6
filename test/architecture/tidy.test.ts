import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import type { HouseRule } from './house-rule.ts';
import { allRules } from './house-rules/all-rules.ts';
import { namedOtherwise } from './house-rules/file-names.ts';
import { parseSource } from './source-file.ts';
import { readSources } from './tree.ts';

/** Fewer sources than this means that the check looked at the wrong place, not that the project shrank. */
const sourcesMin = 100;

const sources = readSources(root);

test('every source was read', () => {
  assert.ok(sources.length >= sourcesMin, `read ${sources.length} sources, and expects ${sourcesMin} at least`);
});

for (const rule of allRules) {
  describe(rule.name, () => {
    test('holds in every source', () => {
      const violations = sources
        .filter(({ path }) => rule.appliesTo(path))
        .flatMap((file) => rule.check(file).map(({ line, message }) => `${file.path}:${line}: ${message}`));
      if (violations.length > 0) {
        assert.fail(`\n${violations.join('\n')}`);
      }
    });

    test('catches what breaks it', () => {
      assert.ok(rule.bad.length > 0, 'a rule needs an example');
      for (const { path, text } of rule.bad) {
        assert.ok(countViolations(rule, path, text) > 0, `${path} passed:\n${text}`);
      }
    });

    test('passes what keeps it', () => {
      for (const { path, text } of rule.good) {
        assert.equal(countViolations(rule, path, text), 0, `${path} was caught:\n${text}`);
      }
    });
  });
}

test('no exception is left over', () => {
  const paths = new Set(sources.map(({ path }) => path));
  assert.deepEqual(
    [...namedOtherwise.keys()].filter((path) => !paths.has(path)),
    [],
  );
});

function countViolations(rule: HouseRule, path: string, text: string): number {
  return rule.appliesTo(path) ? rule.check(parseSource(path, text)).length : 0;
}
