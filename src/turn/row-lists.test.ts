import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_ROW } from './row-index.ts';
import { RowLists } from './row-lists.ts';

function rowsOf(lists: RowLists, list: number): number[] {
  const rows: number[] = [];
  for (let row = lists.first(list); row !== NO_ROW; row = lists.next(row)) {
    rows.push(row);
  }
  return rows;
}

test('a list holds what was added, the latest first', () => {
  const lists = new RowLists();
  assert.deepEqual(rowsOf(lists, 1_000), []);
  lists.add(1_000, 5);
  lists.add(1_000, 200);
  lists.add(3, 0);
  assert.deepEqual(rowsOf(lists, 1_000), [200, 5]);
  assert.deepEqual(rowsOf(lists, 3), [0]);
});

test('rows are taken out of the front, the middle and the end', () => {
  for (const removed of [0, 1, 2]) {
    const lists = new RowLists();
    for (const row of [0, 1, 2]) {
      lists.add(0, row);
    }
    lists.remove(0, removed);
    assert.deepEqual(
      rowsOf(lists, 0),
      [2, 1, 0].filter((row) => row !== removed),
    );
  }
});

test('a row that was taken out can be in another list', () => {
  const lists = new RowLists();
  lists.add(0, 4);
  lists.remove(0, 4);
  lists.add(1, 4);
  assert.deepEqual(rowsOf(lists, 0), []);
  assert.deepEqual(rowsOf(lists, 1), [4]);
});
