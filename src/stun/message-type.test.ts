import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CLASS_ERROR,
  CLASS_INDICATION,
  CLASS_REQUEST,
  CLASS_SUCCESS,
  classOfMessageType,
  encodeMessageType,
  methodOfMessageType,
} from './message-type.ts';
import { METHOD_ALLOCATE, METHOD_BINDING, METHOD_CHANNEL_BIND, METHOD_DATA } from './registry/methods.ts';

test('message types as RFC 8489 §5 and RFC 8656 write them', () => {
  assert.equal(encodeMessageType(CLASS_REQUEST, METHOD_BINDING), 0x0001);
  assert.equal(encodeMessageType(CLASS_INDICATION, METHOD_BINDING), 0x0011);
  assert.equal(encodeMessageType(CLASS_SUCCESS, METHOD_BINDING), 0x0101);
  assert.equal(encodeMessageType(CLASS_ERROR, METHOD_BINDING), 0x0111);
  assert.equal(encodeMessageType(CLASS_ERROR, METHOD_ALLOCATE), 0x0113);
  assert.equal(encodeMessageType(CLASS_INDICATION, METHOD_DATA), 0x0017);
  assert.equal(encodeMessageType(CLASS_SUCCESS, METHOD_CHANNEL_BIND), 0x0109);
  assert.equal(encodeMessageType(CLASS_ERROR, 0xfff), 0x3fff);
});

test('every one of the 2^14 types is one class of one method', () => {
  for (let type = 0; type < 0x4000; type += 1) {
    const method = methodOfMessageType(type);
    assert.ok(method >= 0 && method <= 0xfff);
    assert.equal(encodeMessageType(classOfMessageType(type), method), type);
  }
});
