import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArrivalWatch } from './public/arrival-watch.js';

test('what was received stands still after a second without more, until more comes or another pair is used', () => {
  const watch = new ArrivalWatch();
  const path = { pair: 'a', bytesReceived: 10 };
  assert.equal(watch.standsStill(path, 5000), false);
  assert.equal(watch.standsStill(path, 5999), false);
  assert.equal(watch.standsStill(path, 6000), true);
  assert.equal(watch.standsStill({ ...path, bytesReceived: 11 }, 6300), false);
  assert.equal(watch.standsStill({ ...path, bytesReceived: 11 }, 7300), true);
  assert.equal(watch.standsStill({ pair: 'b', bytesReceived: 11 }, 7400), false);
});
