import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8 } from '../../base/bytes.ts';
import {
  ATTRIBUTE_ALTERNATE_DOMAIN,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_SOFTWARE,
  ATTRIBUTE_USERNAME,
} from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { countCharacters, isTextWithinLimits, readText } from './text.ts';

function read(type: number, text: string): string | undefined {
  return readText(viewOfAttribute(type, [...encodeUtf8(text)]), 0);
}

test('a text is read as it was written', () => {
  for (const type of [
    ATTRIBUTE_USERNAME,
    ATTRIBUTE_REALM,
    ATTRIBUTE_NONCE,
    ATTRIBUTE_SOFTWARE,
    ATTRIBUTE_ALTERNATE_DOMAIN,
  ]) {
    for (const text of ['', 'a', 'example.org', 'マトリックス', '😀', '\u0000']) {
      assert.equal(readText(viewOf(buildMessage((writer) => writer.addText(type, text))), 0), text);
    }
  }
});

test('ill-formed UTF-8 is no text', () => {
  for (const value of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0x80]]) {
    assert.equal(readText(viewOfAttribute(ATTRIBUTE_REALM, value), 0), undefined);
  }
});

test('REALM, NONCE and SOFTWARE have at most 127 characters, however many bytes each takes', () => {
  for (const type of [ATTRIBUTE_REALM, ATTRIBUTE_NONCE, ATTRIBUTE_SOFTWARE]) {
    for (const character of ['a', 'é', 'マ', '😀']) {
      assert.equal(read(type, character.repeat(127)), character.repeat(127));
      assert.equal(read(type, character.repeat(128)), undefined);
      assert.equal(isTextWithinLimits(type, character.repeat(127)), true);
      assert.equal(isTextWithinLimits(type, character.repeat(128)), false);
    }
  }
});

test('USERNAME is read with up to 763 bytes and written with up to 508', () => {
  assert.equal(read(ATTRIBUTE_USERNAME, 'a'.repeat(763))?.length, 763);
  assert.equal(read(ATTRIBUTE_USERNAME, 'a'.repeat(764)), undefined);
  assert.equal(isTextWithinLimits(ATTRIBUTE_USERNAME, 'a'.repeat(508)), true);
  assert.equal(isTextWithinLimits(ATTRIBUTE_USERNAME, `${'a'.repeat(507)}é`), false);
});

test('ALTERNATE-DOMAIN has at most 255 bytes', () => {
  assert.equal(read(ATTRIBUTE_ALTERNATE_DOMAIN, 'a'.repeat(255))?.length, 255);
  assert.equal(read(ATTRIBUTE_ALTERNATE_DOMAIN, 'a'.repeat(256)), undefined);
});

test('a pair of surrogates is one character, a lone one too', () => {
  assert.deepEqual(
    ['', 'a', '😀', '😀😀', 'a😀b', '\ud83d', '\ude00', '\ude00\ud83d'].map(countCharacters),
    [0, 1, 1, 2, 3, 1, 1, 2],
  );
});
