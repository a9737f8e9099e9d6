import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { WEBHOOK_EVENTS } from '../../src/control/webhook.ts';
import { COUNTER_NAMES } from '../../src/turn/counter.ts';

const page = readFileSync(new URL('../../docs/operating/webhooks.md', import.meta.url), 'utf8');
const ENDED = 'allocations_ended_';

test('the page of webhooks has every event that there is, and no other', () => {
  const listed = [...page.matchAll(/^\| `([a-z]+\.[a-z_]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(listed.toSorted(), [...WEBHOOK_EVENTS, 'webhook.events_dropped', 'webhook.test'].toSorted());
});

test('it has every reason for which an allocation ends', () => {
  const [, sentence = ''] = /^(`reason` is [\s\S]*?)\./m.exec(page) ?? [];
  const [, ...listed] = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const reasons = COUNTER_NAMES.filter((name) => name.startsWith(ENDED)).map((name) => name.slice(ENDED.length));
  assert.deepEqual(listed.toSorted(), reasons.toSorted());
});
