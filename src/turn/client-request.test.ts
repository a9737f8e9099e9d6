import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildMessage, TRANSACTION_ID } from '../stun/test-support/build-message.ts';
import { ClientRequest } from './client-request.ts';

test('a request answers for the message that its view points at', () => {
  const request = new ClientRequest();
  for (const hasFingerprint of [false, true]) {
    const message = buildMessage((writer) => {
      if (hasFingerprint) {
        writer.addFingerprint();
      }
    });
    const bytes = Uint8Array.of(9, 9, ...message);
    assert.equal(request.view.parse(bytes, 2, message.length), undefined);
    assert.equal(request.method, 1);
    assert.equal(request.hasFingerprint, hasFingerprint);
    const { transactionSource, transactionAt } = request;
    assert.deepEqual(transactionSource.subarray(transactionAt, transactionAt + 12), TRANSACTION_ID);
  }
});
