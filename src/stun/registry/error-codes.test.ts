import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEXT_CHARACTERS_MAX } from '../../base/limits.ts';
import * as errorCodes from './error-codes.ts';

test('every code has a phrase that fits its attribute', () => {
  for (const [name, code] of Object.entries(errorCodes)) {
    if (typeof code === 'number') {
      const reason = errorCodes.reasonOf(code);
      assert.ok(reason.length > 0 && reason.length <= TEXT_CHARACTERS_MAX, name);
    }
  }
});

test('a code that is not ours has none', () => {
  assert.equal(errorCodes.reasonOf(487), '');
});
