import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import { cRules } from './c-rules.ts';
import { listFiles } from './tree.ts';

const sources = listFiles(root)
  .filter((path) => /\.[ch]$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('the sources in C were read', () => {
  assert.ok(sources.some(({ path }) => path === 'native/src/addon.c'));
});

for (const rule of cRules) {
  describe(rule.name, () => {
    test('holds in every source', () => {
      assert.deepEqual(
        sources.flatMap(({ path, text }) => rule.check(text).map((fault) => `${path}:${fault}`)),
        [],
      );
    });

    test('catches what breaks it, and passes what keeps it', () => {
      assert.deepEqual(
        rule.bad.filter((text) => rule.check(text).length === 0),
        [],
      );
      assert.deepEqual(
        rule.good.filter((text) => rule.check(text).length > 0),
        [],
      );
    });
  });
}

test('binding.gyp names every source of the addon', () => {
  const binding = readFileSync(join(root, 'native/binding.gyp'), 'utf8');
  assert.deepEqual(
    [...binding.matchAll(/"(src\/[^"]+\.c)"/g)].map(([, path]) => `native/${path}`),
    sources.map(({ path }) => path).filter((path) => /^native\/src\/.*\.c$/.test(path)),
  );
});
