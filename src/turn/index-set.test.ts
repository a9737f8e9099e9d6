import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../base/assert.ts';
import { IndexSet } from './index-set.ts';

test('members are at the places below the size, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ isAdd: fc.boolean(), index: fc.nat({ max: 20 }) })), (steps) => {
      const set = new IndexSet(21);
      const model = new Set<number>();
      for (const { isAdd, index } of steps) {
        if (!isAdd) {
          set.remove(index);
          model.delete(index);
        } else if (!model.has(index)) {
          set.add(index);
          model.add(index);
        }
        assert.equal(set.has(index), model.has(index));
      }
      const members = Array.from({ length: set.size }, (_, place) => set.at(place));
      assert.deepEqual(new Set(members), model);
      assert.equal(members.length, model.size);
    }),
  );
});

test('adding a member again is a bug', () => {
  const set = new IndexSet(3);
  set.add(1);
  assert.throws(() => set.add(1), AssertionError);
});
