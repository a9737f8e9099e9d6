import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArrivalWatch } from './public/arrival-watch.js';

test('what was received stands still after 1.2 s without more, until more comes or another pair is used', () => {
  const watch = new ArrivalWatch();
  const path = { pair: 'a', bytesReceived: 10 };
  assert.equal(watch.standsStill(path, 5000), false);
  assert.equal(watch.standsStill(path, 6199), false);
  assert.equal(watch.standsStill(path, 6200), true);
  assert.equal(watch.standsStill({ ...path, bytesReceived: 11 }, 6300), false);
  assert.equal(watch.standsStill({ ...path, bytesReceived: 11 }, 7500), true);
  assert.equal(watch.standsStill({ pair: 'b', bytesReceived: 11 }, 7600), false);
});
