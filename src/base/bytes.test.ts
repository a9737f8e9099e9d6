import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  concatBytes,
  copyBytes,
  decodeHex,
  decodeUtf8,
  encodeBase64,
  encodeHex,
  encodeUtf8,
  equalBytes,
  readU16,
  readU32,
  utf8Length,
  writeU16,
  writeU32,
  writeUtf8,
} from './bytes.ts';

test('base 64 is that of RFC 4648 §10', () => {
  const encoded = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => encodeBase64(encodeUtf8(text)));
  assert.deepEqual(encoded, ['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy']);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString('base64'));
    }),
  );
});

test('numbers are written most significant byte first and read back unsigned', () => {
  const bytes = new Uint8Array(8);
  writeU16(bytes, 1, 0xfedc);
  writeU32(bytes, 3, 0xffeeddcc);
  assert.deepEqual([...bytes], [0, 0xfe, 0xdc, 0xff, 0xee, 0xdd, 0xcc, 0]);
  assert.equal(readU16(bytes, 1), 0xfedc);
  assert.equal(readU32(bytes, 3), 0xffeeddcc);
});

test('a written number is cut to its width', () => {
  const bytes = new Uint8Array(4);
  writeU16(bytes, 0, 0x12345);
  writeU16(bytes, 2, -1);
  assert.deepEqual([...bytes], [0x23, 0x45, 0xff, 0xff]);
});

test('copies short and long ranges between arrays', () => {
  for (const length of [0, 1, 63, 64, 65, 1500]) {
    const from = Uint8Array.from({ length: length + 2 }, (_, i) => i);
    const to = new Uint8Array(length + 4);
    copyBytes(from, 1, to, 2, length);
    assert.deepEqual([...to.subarray(2, 2 + length)], [...from.subarray(1, 1 + length)]);
    assert.deepEqual([to[0], to[1], to[length + 2], to[length + 3]], [0, 0, 0, 0]);
  }
});

test('copies ranges of one array that overlap, in both directions', () => {
  const forward = Uint8Array.of(1, 2, 3, 4, 5);
  copyBytes(forward, 0, forward, 1, 4);
  assert.deepEqual([...forward], [1, 1, 2, 3, 4]);
  const backward = Uint8Array.of(1, 2, 3, 4, 5);
  copyBytes(backward, 1, backward, 0, 4);
  assert.deepEqual([...backward], [2, 3, 4, 5, 5]);
});

test('concatenates any number of parts', () => {
  assert.deepEqual(concatBytes(), new Uint8Array(0));
  assert.deepEqual(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)), Uint8Array.of(1, 2, 3));
});

test('compares ranges, whatever lies around them', () => {
  const a = Uint8Array.of(9, 1, 2, 3);
  const b = Uint8Array.of(1, 2, 3, 8);
  assert.equal(equalBytes(a, 1, b, 0, 3), true);
  assert.equal(equalBytes(a, 0, b, 0, 3), false);
  assert.equal(equalBytes(a, 0, b, 3, 0), true);
  assert.equal(equalBytes(Uint8Array.of(1, 2), 0, Uint8Array.of(1, 0x82), 0, 2), false);
});

test('hexadecimal is lower-case, and read in either case', () => {
  assert.equal(encodeHex(Uint8Array.of(0, 0x0f, 0xa0, 0xff)), '000fa0ff');
  assert.deepEqual(decodeHex('000FA0ff'), Uint8Array.of(0, 0x0f, 0xa0, 0xff));
  assert.deepEqual(decodeHex(''), new Uint8Array(0));
  for (const text of ['0', '0g', 'g0', '0x00', ' 00', '00 ', '0/', ':0', '@0', '`0', '0٣']) {
    assert.equal(decodeHex(text), undefined, text);
  }
});

test('hexadecimal: what is encoded is decoded', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(encodeHex(bytes), Buffer.from(bytes).toString('hex'));
      assert.deepEqual(decodeHex(encodeHex(bytes)), bytes);
    }),
  );
});

/** Code points of one to four bytes, each as often; fast-check's own characters take a second to be made ready. */
const wellFormedText = fc
  .array(fc.oneof(...[0x7f, 0x7ff, 0xffff, 0x10ffff].map((max) => fc.nat({ max }))), { maxLength: 100 })
  .map((codes) => String.fromCodePoint(...codes).toWellFormed());

test('UTF-8 agrees with the platform on every kind of text', () => {
  const texts = [
    '',
    'a',
    'é',
    'ῢ',
    '👨‍👩‍👧',
    '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
    '\ud800',
    'a\udc00b',
  ];
  for (const text of texts) {
    const expected = new Uint8Array(Buffer.from(text, 'utf8'));
    assert.deepEqual(encodeUtf8(text), expected, text);
    assert.equal(utf8Length(text), expected.length);
  }
  fc.assert(
    // Repeated, so that a text is as long as several of the pieces that a string is put together from.
    fc.property(wellFormedText, fc.nat({ max: 100 }), (piece, count) => {
      const text = piece.repeat(count);
      const bytes = encodeUtf8(text);
      assert.deepEqual(bytes, new Uint8Array(Buffer.from(text, 'utf8')));
      assert.equal(decodeUtf8(bytes), text);
    }),
    { numRuns: 50 },
  );
});

test('UTF-8 is decoded exactly when the platform finds it well-formed', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const expectAgreement = (bytes: Uint8Array): void => {
    let expected: string | undefined;
    try {
      expected = decoder.decode(bytes);
    } catch {
      expected = undefined;
    }
    assert.equal(decodeUtf8(bytes), expected, encodeHex(bytes));
  };
  // Every lead byte, with second bytes at the edges of what may follow one.
  for (let lead = 0; lead < 256; lead += 1) {
    for (const second of [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]) {
      expectAgreement(Uint8Array.of(lead, second));
      expectAgreement(Uint8Array.of(lead, second, 0x80));
      expectAgreement(Uint8Array.of(lead, second, 0xbf, 0xbf));
      expectAgreement(Uint8Array.of(lead, second, 0xc0, 0x80));
      expectAgreement(Uint8Array.of(lead, second, 0x80, 0x41));
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), expectAgreement));
});

test('a range of bytes is decoded without what lies around it', () => {
  const bytes = encodeUtf8('xéy');
  assert.equal(decodeUtf8(bytes, 1, 3), 'é');
  assert.equal(decodeUtf8(bytes, 1, 2), undefined);
  assert.equal(decodeUtf8(bytes, 2, 3), undefined);
  assert.equal(decodeUtf8(bytes, 1, 1), '');
});

test('UTF-8 is written only where it fits', () => {
  const bytes = new Uint8Array(6).fill(0xee);
  assert.equal(writeUtf8('aé', bytes, 1, 4), 3);
  assert.deepEqual([...bytes], [0xee, 0x61, 0xc3, 0xa9, 0xee, 0xee]);
  assert.equal(writeUtf8('aé', bytes, 1, 3), -1);
  assert.equal(bytes[3], 0xa9);
  assert.equal(writeUtf8('', bytes, 6, 6), 0);
});
