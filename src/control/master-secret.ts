import { decodeHex, encodeHex, encodeUtf8 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import { MASTER_SECRET_BYTES_MIN } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { InstallationError } from './errors.ts';

export type MasterSecrets = readonly [Uint8Array, ...Uint8Array[]];

const FINGERPRINT_INFO = encodeUtf8('taciturn master secret fingerprint');
const FINGERPRINT_BYTES = 16;

/** A new master secret as text: 64 hexadecimal digits. */
export function generateMasterSecret(random: Random): string {
  const bytes = new Uint8Array(MASTER_SECRET_BYTES_MIN);
  random.fill(bytes);
  return encodeHex(bytes);
}

/**
 * Master secrets as configured or as in the file, separated by white space or commas: the current one first, then
 * those that are still accepted. Each is hexadecimal, or any other text, of at least 32 bytes.
 * @throws {InstallationError} `master-secret-invalid`, which names `source`, never the text.
 */
export function parseMasterSecrets(text: string, source: string): MasterSecrets {
  const [current, ...previous] = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => parseMasterSecret(part, source));
  if (current === undefined) {
    throw invalid(source);
  }
  return [current, ...previous];
}

/** Tells one master secret from another; 32 hexadecimal digits that reveal nothing of it. */
export function fingerprintMasterSecret(hashes: Hashes, secret: Uint8Array): string {
  return encodeHex(hashes.hkdfSha256(secret, FINGERPRINT_INFO, FINGERPRINT_BYTES));
}

function parseMasterSecret(text: string, source: string): Uint8Array {
  const secret = decodeHex(text) ?? encodeUtf8(text);
  if (secret.length < MASTER_SECRET_BYTES_MIN) {
    throw invalid(source);
  }
  return secret;
}

function invalid(source: string): InstallationError {
  return new InstallationError(
    'master-secret-invalid',
    `${source} holds no usable master secret: at least 64 hexadecimal digits, or 32 bytes of other text, are needed. ` +
      '`openssl rand -hex 32` makes one.',
  );
}
