import { readU32 } from '../base/bytes.ts';
import { type AddressWords, familyOf, IPV4 } from '../base/socket-address.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { User } from './user.ts';

/** What live allocations are counted by, in the order in which they are asked whether there is room. */
export const QUOTA_SCOPES = ['credential', 'custom-identifier', 'key', 'account', 'client-address'] as const;
export type QuotaScope = (typeof QUOTA_SCOPES)[number];

/** Words that name one thing of one scope. */
export const QUOTA_KEY_WORDS = 4;

/**
 * What one allocation is counted by: `QUOTA_KEY_WORDS` for each scope. The first word of a name is not 0, and tells its scope; a
 * scope in which the allocation does not count has zeroes.
 */
export type QuotaKeys = Uint32Array<ArrayBuffer>;

const SCOPE_BITS = 3;
/** After so many steps the last character is in every bit. */
const FINAL_ROUNDS = 12;
const CREDENTIAL = 0;
const CUSTOM_IDENTIFIER = 1;
const KEY = 2;
const ACCOUNT = 3;
const CLIENT_ADDRESS = 4;

/**
 * Makes the names that allocations are counted by. Texts are hashed with a secret, by a function that is quick rather than hard:
 * credentials and custom identifiers are hashed together with their key's uid, so that nobody chooses one that
 * is counted as another customer's.
 */
export class QuotaKeyMaker {
  readonly #secret: Uint32Array;
  readonly #keys: QuotaKeys = new Uint32Array(QUOTA_SCOPES.length * QUOTA_KEY_WORDS);

  /** `secret` has 16 bytes, the same in all workers. */
  constructor(secret: Uint8Array) {
    this.#secret = Uint32Array.of(readU32(secret, 0), readU32(secret, 4), readU32(secret, 8), readU32(secret, 12));
  }

  /**
   * A custom identifier counts within its key; a credential without one does not count there.
   * @returns the same array every time.
   */
  make({ username, claims }: User, accountId: AccountId, client: AddressWords, clientAt: number): QuotaKeys {
    const { keyUid, customIdentifier } = claims;
    const keys = this.#keys;
    keys.fill(0);
    writeKeyUid(keys, keyUid);
    writeHash(keys, CREDENTIAL, this.#secret, keys, username);
    if (customIdentifier !== '') {
      writeHash(keys, CUSTOM_IDENTIFIER, this.#secret, keys, customIdentifier);
    }
    writeHash(keys, ACCOUNT, this.#secret, NO_KEY, accountId);
    writeAddress(keys, client, clientAt);
    return keys;
  }
}

/** What a text is hashed together with when it belongs to no key. */
const NO_KEY: QuotaKeys = new Uint32Array(QUOTA_SCOPES.length * QUOTA_KEY_WORDS);

/** A key's uid is random, and 32 hexadecimal digits. */
function writeKeyUid(keys: QuotaKeys, uid: KeyUid): void {
  write(keys, KEY, hexWord(uid, 0), hexWord(uid, 8), hexWord(uid, 16), hexWord(uid, 24));
}

function hexWord(text: string, at: number): number {
  let word = 0;
  for (let place = at; place < at + 8; place += 1) {
    const code = text.charCodeAt(place);
    word = (word << 4) | (code <= 0x39 ? code - 0x30 : code - 0x57);
  }
  return word;
}

/** Hashes a text, and the key's name in `within`. Each step is one-to-one in the state, and carries a difference to three words of it. */
function writeHash(keys: QuotaKeys, scope: number, secret: Uint32Array, within: QuotaKeys, text: string): void {
  const keyAt = KEY * QUOTA_KEY_WORDS;
  let a = (secret[0] as number) ^ (within[keyAt] as number);
  let b = (secret[1] as number) ^ (within[keyAt + 1] as number);
  let c = (secret[2] as number) ^ (within[keyAt + 2] as number);
  let d = (secret[3] as number) ^ (within[keyAt + 3] as number);
  for (let at = 0; at < text.length + FINAL_ROUNDS; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : at;
    const product = Math.imul(a ^ code, 0x9e3779b1);
    const mixed = product ^ (product >>> 15);
    a = (b + mixed) | 0;
    b = c;
    c = d ^ mixed;
    d = mixed;
  }
  write(keys, scope, a, b, c, d);
}

/** An IPv6 /64 counts as one address: it is the least that a client is given. */
function writeAddress(keys: QuotaKeys, client: AddressWords, clientAt: number): void {
  const family = familyOf(client, clientAt);
  const low = family === IPV4 ? 0 : (client[clientAt + 2] as number);
  write(keys, CLIENT_ADDRESS, family << SCOPE_BITS, client[clientAt + 1] as number, low, 0);
}

function write(keys: QuotaKeys, scope: number, a: number, b: number, c: number, d: number): void {
  const at = scope * QUOTA_KEY_WORDS;
  keys[at] = ((a >>> SCOPE_BITS) << SCOPE_BITS) | (scope + 1);
  keys[at + 1] = b;
  keys[at + 2] = c;
  keys[at + 3] = d;
}
