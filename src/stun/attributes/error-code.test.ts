import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8 } from '../../base/bytes.ts';
import { IPV4, IPV6 } from '../../base/socket-address.ts';
import { ATTRIBUTE_ADDRESS_ERROR_CODE, ATTRIBUTE_ERROR_CODE } from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { readErrorAddressFamily, readErrorCode, readErrorReason } from './error-code.ts';

test('every error code is read as it was written', () => {
  for (let code = 300; code <= 699; code += 1) {
    const view = viewOf(buildMessage((writer) => writer.addErrorCode(code, `reason ${code}`)));
    assert.equal(readErrorCode(view, 0), code);
    assert.equal(readErrorReason(view, 0), `reason ${code}`);
  }
});

test('ADDRESS-ERROR-CODE names the family that failed', () => {
  for (const family of [IPV4, IPV6] as const) {
    const view = viewOf(buildMessage((writer) => writer.addAddressErrorCode(family, 440)));
    assert.equal(readErrorAddressFamily(view, 0), family);
    assert.equal(readErrorCode(view, 0), 440);
    assert.equal(readErrorReason(view, 0), 'Address Family not Supported');
  }
  assert.equal(readErrorAddressFamily(viewOfAttribute(ATTRIBUTE_ADDRESS_ERROR_CODE, [3, 0, 4, 40]), 0), -1);
  assert.equal(readErrorAddressFamily(viewOfAttribute(ATTRIBUTE_ADDRESS_ERROR_CODE, [1, 0, 4]), 0), -1);
});

test('reserved bits are ignored', () => {
  assert.equal(readErrorCode(viewOfAttribute(ATTRIBUTE_ERROR_CODE, [0xff, 0xff, 0xfc, 38]), 0), 438);
});

test('a class or number out of range is malformed, as is a value cut short', () => {
  for (const value of [[], [0, 0, 4], [0, 0, 2, 0], [0, 0, 7, 0], [0, 0, 0, 0], [0, 0, 4, 100], [0, 0, 4, 255]]) {
    assert.equal(readErrorCode(viewOfAttribute(ATTRIBUTE_ERROR_CODE, value), 0), -1, String(value));
  }
  assert.equal(readErrorReason(viewOfAttribute(ATTRIBUTE_ERROR_CODE, [0, 0, 4]), 0), undefined);
});

test('a reason is text of at most 127 characters, or undefined', () => {
  const reasonOf = (text: string): string | undefined =>
    readErrorReason(viewOfAttribute(ATTRIBUTE_ERROR_CODE, [0, 0, 4, 0, ...encodeUtf8(text)]), 0);
  assert.equal(reasonOf(''), '');
  assert.equal(reasonOf('é'.repeat(127)), 'é'.repeat(127));
  assert.equal(reasonOf('é'.repeat(128)), undefined);
  assert.equal(readErrorReason(viewOfAttribute(ATTRIBUTE_ERROR_CODE, [0, 0, 4, 0, 0xff]), 0), undefined);
});
