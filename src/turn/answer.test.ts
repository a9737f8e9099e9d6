import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { ATTRIBUTE_NONCE, ATTRIBUTE_REALM } from '../stun/registry/attributes.ts';
import { buildMessage, viewOf } from '../stun/test-support/build-message.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { reject, rejectUnknownAttributes, sendAnswer } from './answer.ts';
import { COUNTER } from './counter.ts';
import { REJECT } from './rejection.ts';
import { ServerState } from './server-state.ts';
import { serverOptions } from './test-support/script-options.ts';

const NOW = 0 as Instant;

/** A server that is about to answer a message. */
function answering(message: Uint8Array = buildMessage(() => undefined)): ServerState {
  const state = new ServerState(serverOptions({}));
  assert.equal(state.request.view.parse(message, 0, message.length), undefined);
  state.meter.start(0, NOW);
  return state;
}

function forwarded({ forward }: ServerState): ReturnType<typeof viewOf> {
  return viewOf(forward.bytes.slice(forward.offset, forward.offset + forward.length));
}

test('an answer is counted, and metered on its allocation', () => {
  const state = answering();
  state.responder.beginSuccess(state.request);
  assert.equal(sendAnswer(state, state.request, undefined, 0, COUNTER.refresh_answered), true);
  assert.equal(state.counters[COUNTER.refresh_answered], 1);
  assert.equal(state.counters[COUNTER.egress_bytes], 20);
});

test('without an allocation it is not metered', () => {
  const state = answering();
  state.responder.beginSuccess(state.request);
  sendAnswer(state, state.request, undefined, NO_ALLOCATION, COUNTER.binding_answered);
  assert.equal(state.counters[COUNTER.egress_bytes], 0);
});

test('only 401 and 438 tell how to authenticate', () => {
  for (const rejection of Object.values(REJECT)) {
    const state = answering();
    assert.equal(reject(state, state.request, rejection, undefined, NO_ALLOCATION, NOW), true);
    const view = forwarded(state);
    const isChallenge = rejection.code === 401 || rejection.code === 438;
    assert.equal(view.find(ATTRIBUTE_REALM) >= 0, isChallenge);
    assert.equal(view.find(ATTRIBUTE_NONCE) >= 0, isChallenge);
    assert.equal(state.counters[rejection.counter], 1);
  }
});

test('a message of which everything is known is not rejected', () => {
  const state = answering(buildMessage((writer) => writer.addU32(0x7001, 0)));
  const known = new Set([0x7001]);
  assert.equal(
    rejectUnknownAttributes(state, state.request, state.request.view, known, undefined, NO_ALLOCATION),
    false,
  );
  assert.equal(
    rejectUnknownAttributes(state, state.request, state.request.view, new Set(), undefined, NO_ALLOCATION),
    true,
  );
});

test('any number of unknown attributes can be listed', () => {
  const state = answering(
    buildMessage((writer) => {
      for (let type = 0x7000; type < 0x7000 + 128; type += 1) {
        writer.addEmpty(type);
      }
    }),
  );
  const signature = { key: new Uint8Array(32), isSha256: true };
  rejectUnknownAttributes(state, state.request, state.request.view, new Set(), signature, NO_ALLOCATION);
  assert.equal(state.counters[COUNTER.rejected_unknown_attribute], 1);
});
