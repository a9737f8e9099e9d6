/** The unsigned 16-bit number at `at`, most significant byte first. */
export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** The unsigned 32-bit number at `at`, most significant byte first. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

/** Writes the low 16 bits of `value`, most significant byte first. */
export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Writes the low 32 bits of `value`, most significant byte first. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Below this, a loop is faster than the view object that `set` needs. */
const LOOP_COPY_BYTES_MAX = 64;

/** Copies `length` bytes; the two ranges may overlap when they lie in the same array. */
export function copyBytes(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  if (from === to) {
    to.copyWithin(toAt, fromAt, fromAt + length);
  } else if (length > LOOP_COPY_BYTES_MAX) {
    to.set(from.subarray(fromAt, fromAt + length), toAt);
  } else {
    for (let i = 0; i < length; i += 1) {
      to[toAt + i] = from[fromAt + i] as number;
    }
  }
}

/** All parts, one after the other, in an array of their own. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    length += part.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Whether two ranges of `length` bytes are the same. The time it takes depends on `length` alone, never on the content,
 * so that it may compare secrets.
 */
export function equalBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  let difference = 0;
  for (let i = 0; i < length; i += 1) {
    difference |= (a[aAt + i] as number) ^ (b[bAt + i] as number);
  }
  return difference === 0;
}

const HEX_DIGITS = '0123456789abcdef';

/** Lower-case hexadecimal, two digits a byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += (HEX_DIGITS[byte >>> 4] as string) + (HEX_DIGITS[byte & 15] as string);
  }
  return text;
}

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base 64 with its usual alphabet and padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const group = (a << 16) | (b << 8) | c;
    for (let digit = 0; digit < 4; digit += 1) {
      const isPadding = at + digit > bytes.length;
      text += isPadding ? '=' : (BASE64_DIGITS[(group >>> (18 - 6 * digit)) & 63] as string);
    }
  }
  return text;
}

/** The bytes of hexadecimal text in either case, or undefined for anything else (an odd digit, a space, a prefix). */
export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) {
    return undefined;
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    const high = hexDigitValue(text.charCodeAt(2 * i));
    const low = hexDigitValue(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) {
      return undefined;
    }
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

/** 0 to 15, or -1 when the UTF-16 code unit is no hexadecimal digit. */
export function hexDigitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) {
    return code - 0x30;
  }
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/** What replaces a lone surrogate when text is encoded, as everywhere on the web platform. */
const REPLACEMENT = 0xfffd;

/** UTF-8 bytes that `text` takes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = codePointFrom(text, i);
    i += code > 0xffff ? 1 : 0;
    length += encodedLength(code);
  }
  return length;
}

/** `text` as UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encodeAscii(text) ?? encodeAnyText(text);
}

/** Usernames, tokens and most other texts are ASCII: a byte for each of their units. */
function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      return undefined;
    }
    bytes[i] = unit;
  }
  return bytes;
}

function encodeAnyText(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0, bytes.length);
  return bytes;
}

/**
 * Writes `text` as UTF-8 at `at`, never at or behind `end`.
 * @returns the bytes written, or -1 when the text does not fit (then what lies before `end` is unspecified).
 */
export function writeUtf8(text: string, bytes: Uint8Array, at: number, end: number): number {
  let cursor = at;
  for (let i = 0; i < text.length; i += 1) {
    const code = codePointFrom(text, i);
    i += code > 0xffff ? 1 : 0;
    const length = encodedLength(code);
    if (cursor + length > end) {
      return -1;
    }
    writeCodePoint(code, length, bytes, cursor);
    cursor += length;
  }
  return cursor - at;
}

function codePointFrom(text: string, i: number): number {
  const code = text.codePointAt(i) as number;
  return code >= 0xd800 && code <= 0xdfff ? REPLACEMENT : code;
}

function encodedLength(code: number): number {
  if (code < 0x80) {
    return 1;
  }
  if (code < 0x800) {
    return 2;
  }
  return code < 0x10000 ? 3 : 4;
}

function writeCodePoint(code: number, length: number, bytes: Uint8Array, at: number): void {
  if (length === 1) {
    bytes[at] = code;
    return;
  }
  const leadMark = 0xff00 >>> length;
  bytes[at] = leadMark | (code >>> (6 * (length - 1)));
  for (let k = 1; k < length; k += 1) {
    bytes[at + k] = 0x80 | ((code >>> (6 * (length - 1 - k))) & 0x3f);
  }
}

/** UTF-16 code units turned into one string at a time, so that the argument list stays short. */
const CHUNK_UNITS = 1024;
const units = new Uint16Array(CHUNK_UNITS + 1);

/**
 * The text of the UTF-8 bytes from `start` up to, not including, `end`.
 * @returns undefined when they are ill-formed (Unicode table 3-7: no overlong form, no surrogate, nothing cut short).
 */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
  let text = '';
  let count = 0;
  let at = start;
  while (at < end) {
    const length = wellFormedLength(bytes, at, end);
    if (length === 0) {
      return undefined;
    }
    count = pushUnits(decodeCodePoint(bytes, at, length), count);
    at += length;
    if (count >= CHUNK_UNITS) {
      text += textOfUnits(count);
      count = 0;
    }
  }
  return text + textOfUnits(count);
}

/** Bytes of the well-formed sequence at `at`, or 0. */
function wellFormedLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) {
    return 1;
  }
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) {
    return 0;
  }
  const second = bytes[at + 1] as number;
  // The bounds of the second byte exclude overlong forms, surrogates and what lies above U+10FFFF.
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) {
    return 0;
  }
  for (let k = 2; k < length; k += 1) {
    if (((bytes[at + k] as number) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}

function decodeCodePoint(bytes: Uint8Array, at: number, length: number): number {
  const lead = bytes[at] as number;
  if (length === 1) {
    return lead;
  }
  let code = lead & (0x7f >>> length);
  for (let k = 1; k < length; k += 1) {
    code = (code << 6) | ((bytes[at + k] as number) & 0x3f);
  }
  return code;
}

function pushUnits(code: number, count: number): number {
  if (code <= 0xffff) {
    units[count] = code;
    return count + 1;
  }
  units[count] = 0xd800 + ((code - 0x10000) >>> 10);
  units[count + 1] = 0xdc00 + ((code - 0x10000) & 0x3ff);
  return count + 2;
}

function textOfUnits(count: number): string {
  return String.fromCharCode.apply(null, units.subarray(0, count) as unknown as number[]);
}
