import type { Hashes } from '../../base/hash.ts';

/** The same hashes, with a record of which were called, and of how many bytes. */
export function countCalls(hashes: Hashes): { hashes: Hashes; calls: string[] } {
  const calls: string[] = [];
  const note = (name: string, data: Uint8Array): Uint8Array => {
    calls.push(`${name} ${data.length}`);
    return data;
  };
  const counted: Hashes = {
    md5: (data) => hashes.md5(note('md5', data)),
    sha256: (data) => hashes.sha256(note('sha256', data)),
    hmacSha1: (key, data) => hashes.hmacSha1(key, note('hmacSha1', data)),
    hmacSha256: (key, data) => hashes.hmacSha256(key, note('hmacSha256', data)),
    hmacSha384: (key, data) => hashes.hmacSha384(key, note('hmacSha384', data)),
    aes256Ctr: (key, iv, data) => hashes.aes256Ctr(key, iv, note('aes256Ctr', data)),
    hkdfSha256: (secret, info, length) => hashes.hkdfSha256(secret, note('hkdfSha256', info), length),
  };
  return { hashes: counted, calls };
}
