import { assert } from '../base/assert.ts';
import { concatBytes, decodeHex, encodeBase64, encodeHex, encodeUtf8, equalBytes } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import type { InstallationKeys } from './credential.ts';
import type { KeyUid, SharedSecretId, Username } from './ids.ts';

/*
 * Secrets that a TURN key shares with programs that make their own credentials (draft-uberti-behave-turn-rest-00). A relay
 * must know them as they are, so that the database, and what travels from it to the relays, holds them sealed:
 *
 *   siv        = HMAC-SHA-256(mac key, key uid (16) ‖ secret id (16) ‖ secret), its first 16 bytes
 *   sealed     = hex(siv ‖ AES-256-CTR(cipher key, iv = siv, secret))
 *
 *   mac key    = HKDF-SHA-256(master secret, info = "taciturn shared secret mac", 32)
 *   cipher key = HKDF-SHA-256(master secret, info = "taciturn shared secret cipher", 32)
 *
 * The construction is that of `credential.ts`. Whose secret it is goes into the MAC, so that a row of the database cannot
 * be made another key's. The same secret is sealed differently under each id, since an id is given once.
 */

const SIV_BYTES = 16;
const DERIVED_KEY_BYTES = 32;
const MAC_INFO = encodeUtf8('taciturn shared secret mac');
const CIPHER_INFO = encodeUtf8('taciturn shared secret cipher');

/** Which secret of which TURN key. */
export interface SharedSecretName {
  readonly keyUid: KeyUid;
  readonly secretId: SharedSecretId;
}

/** A secret as the database may keep it. */
export function sealSharedSecret(
  hashes: Hashes,
  keys: InstallationKeys,
  name: SharedSecretName,
  secret: Uint8Array,
): string {
  const siv = synthesizeIv(hashes, keys, name, secret);
  return encodeHex(concatBytes(siv, cipher(hashes, keys, siv, secret)));
}

/** The secret that one of `keys` sealed for this name, or undefined for every other text. */
export function openSharedSecret(
  hashes: Hashes,
  keys: readonly InstallationKeys[],
  name: SharedSecretName,
  sealed: string,
): Uint8Array | undefined {
  const bytes = decodeHex(sealed);
  if (bytes === undefined || bytes.length < SIV_BYTES) {
    return undefined;
  }
  const siv = bytes.subarray(0, SIV_BYTES);
  for (const candidate of keys) {
    const secret = cipher(hashes, candidate, siv, bytes.subarray(SIV_BYTES));
    if (equalBytes(siv, 0, synthesizeIv(hashes, candidate, name, secret), 0, SIV_BYTES)) {
      return secret;
    }
  }
  return undefined;
}

/** The password that belongs to a username under a shared secret (draft-uberti-behave-turn-rest-00 §2.2). */
export function deriveRestPassword(hashes: Hashes, secret: Uint8Array, username: Username): string {
  return encodeBase64(hashes.hmacSha1(secret, encodeUtf8(username)));
}

function synthesizeIv(
  hashes: Hashes,
  { master }: InstallationKeys,
  { keyUid, secretId }: SharedSecretName,
  secret: Uint8Array,
): Uint8Array {
  const macKey = hashes.hkdfSha256(master, MAC_INFO, DERIVED_KEY_BYTES);
  const data = concatBytes(identifierBytes(keyUid), identifierBytes(secretId), secret);
  return hashes.hmacSha256(macKey, data).subarray(0, SIV_BYTES);
}

function cipher(hashes: Hashes, { master }: InstallationKeys, siv: Uint8Array, data: Uint8Array): Uint8Array {
  return hashes.aes256Ctr(hashes.hkdfSha256(master, CIPHER_INFO, DERIVED_KEY_BYTES), siv, data);
}

function identifierBytes(identifier: string): Uint8Array {
  const bytes = decodeHex(identifier);
  assert(bytes !== undefined && bytes.length === 16, 'an identifier is 32 hexadecimal digits');
  return bytes;
}
