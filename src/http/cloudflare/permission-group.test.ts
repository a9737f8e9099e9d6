import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PERMISSIONS } from '../../control/permission.ts';
import { findPermission, PERMISSION_GROUPS } from './permission-group.ts';

test('each permission is a group, found by its identifier and by its name', () => {
  assert.deepEqual(
    PERMISSION_GROUPS.map(({ name }) => name),
    PERMISSIONS,
  );
  assert.equal(new Set(PERMISSION_GROUPS.map(({ id }) => id)).size, PERMISSIONS.length);
  for (const { id, name } of PERMISSION_GROUPS) {
    assert.match(id, /^[0-9a-f]{32}$/);
    for (const group of [{ id }, { name }, { id, name }, { id, name: 'another word for it' }, { id: 'x', name }]) {
      assert.equal(findPermission(group), name, JSON.stringify(group));
    }
  }
});

test('what is no group, and two at once, is no permission', () => {
  const [first, second] = PERMISSION_GROUPS;
  for (const group of [{}, { id: 'x' }, { name: 'Zone Read' }, { id: first?.id ?? '', name: second?.name ?? '' }]) {
    assert.equal(findPermission(group), undefined, JSON.stringify(group));
  }
});
