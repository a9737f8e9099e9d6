import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatagramAddon } from '../../../native/index.js';
import { assertSameLayout, NATIVE_LAYOUT } from './native-layout.ts';

function addonWith(layout: DatagramAddon['layout']): DatagramAddon {
  return { layout, createEngine: () => assert.fail('no engine is made') };
}

test('an addon of the same layout is accepted', () => {
  assertSameLayout(addonWith({ ...NATIVE_LAYOUT }));
});

test('an addon of another layout is refused, with what differs', () => {
  assert.throws(() => assertSameLayout(addonWith({ ...NATIVE_LAYOUT, QUEUE_MAX: 64 })), {
    message:
      'the addon was built from other sources than these (QUEUE_MAX is 64 there and 128 here): run `npm rebuild`',
  });
});

test('so is one that knows a number more, or one less', () => {
  assert.throws(() => assertSameLayout(addonWith({ ...NATIVE_LAYOUT, MORE: 1 })), /MORE is 1 there and undefined here/);
  const { PAUSE_US: _, ...fewer } = NATIVE_LAYOUT;
  assert.throws(() => assertSameLayout(addonWith(fewer)), /PAUSE_US is undefined there and 1 here/);
});
