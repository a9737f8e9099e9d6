/*
 * The little of DER (X.690) that a certificate takes. An element is its tag, its length and its content; a constructed
 * one contains elements.
 */

/** One element: `tag` is the identifier octet, the content is the concatenation of `parts`. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

export function encodeDerSequence(...parts: readonly Uint8Array[]): Buffer {
  return encodeDer(0x30, ...parts);
}

export function encodeDerSet(...parts: readonly Uint8Array[]): Buffer {
  return encodeDer(0x31, ...parts);
}

/** A whole number from 0 on, most significant byte first. A set highest bit takes a zero in front, else it were negative. */
export function encodeDerUnsigned(magnitude: Uint8Array): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Uint8Array.of(0) : magnitude.subarray(first);
  const isHigh = (significant[0] as number) >= 0x80;
  return encodeDer(0x02, isHigh ? Uint8Array.of(0) : new Uint8Array(0), significant);
}

export function encodeDerBoolean(value: boolean): Buffer {
  return encodeDer(0x01, Uint8Array.of(value ? 0xff : 0));
}

/** Whole bytes as a BIT STRING; `unusedBits` of the last byte's low end do not count. */
export function encodeDerBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encodeDer(0x03, Uint8Array.of(unusedBits), bytes);
}

export function encodeDerOctetString(bytes: Uint8Array): Buffer {
  return encodeDer(0x04, bytes);
}

export function encodeDerUtf8(text: string): Buffer {
  return encodeDer(0x0c, Buffer.from(text, 'utf8'));
}

/** `dotted` is an object identifier in its usual notation, `1.2.840.10045.4.3.2`. */
export function encodeDerObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left & 0x7f) | 0x80);
    }
    bytes.push(...groups);
  }
  return encodeDer(0x06, Uint8Array.from(bytes));
}

/** A moment, to the second: UTCTime until 2049, GeneralizedTime after, as RFC 5280 §4.1.2.5 has it. */
export function encodeDerTime(unixMs: number): Buffer {
  const digits = new Date(unixMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? encodeDer(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : encodeDer(0x18, Buffer.from(digits, 'ascii'));
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) {
    bytes.unshift(left & 0xff);
  }
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
