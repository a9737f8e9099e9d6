/** The reversed polynomial of ITU V.42's CRC-32, which FINGERPRINT uses (RFC 8489 §14.7). */
const POLYNOMIAL = 0xedb88320;

const TABLE = buildTable();

function buildTable(): Int32Array {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i += 1) {
    let remainder = i;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
    }
    table[i] = remainder;
  }
  return table;
}

/** The CRC-32 of `length` bytes, unsigned. */
export function crc32(bytes: Uint8Array, offset: number, length: number): number {
  const end = offset + length;
  let crc = -1;
  for (let at = offset; at < end; at += 1) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}
