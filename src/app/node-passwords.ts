import * as crypto from 'node:crypto';
import { promisify } from 'node:util';
import { PASSWORD_HASHES_AT_ONCE, PASSWORD_HASHES_WAITING_MAX } from '../base/limits.ts';
import { ControlError } from '../control/errors.ts';
import type { PasswordHashes } from '../control/people/people-ports.ts';

/** OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane; for scrypt N = 2^17, r = 8, p = 1. */
const ARGON2_MEMORY_KIB = 19_456;
const ARGON2_PASSES = 2;
const ARGON2_LANES = 1;
const SCRYPT_LOG_N = 17;
const SCRYPT_BLOCK = 8;
const SCRYPT_MEMORY_BYTES_MAX = 192 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const ARGON2_PREFIX = `$argon2id$v=19$m=${ARGON2_MEMORY_KIB},t=${ARGON2_PASSES},p=${ARGON2_LANES}$`;
const SCRYPT_PREFIX = `$scrypt$ln=${SCRYPT_LOG_N},r=${SCRYPT_BLOCK},p=1$`;

type Derive = (password: string, salt: Uint8Array) => Promise<Buffer>;

const scrypt = promisify<string, Uint8Array, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);

const ALGORITHMS: readonly { readonly prefix: string; readonly derive: Derive; readonly isThere: boolean }[] = [
  // Node has it from 24.7 on.
  { prefix: ARGON2_PREFIX, derive: deriveByArgon2, isThere: typeof crypto.argon2 === 'function' },
  { prefix: SCRYPT_PREFIX, derive: deriveByScrypt, isThere: true },
];

/** Password hashes of Node's OpenSSL, made in its pool of threads. */
export class NodePasswords implements PasswordHashes {
  readonly #preferred = ALGORITHMS.find(({ isThere }) => isThere) as (typeof ALGORITHMS)[number];
  /** What is verified where there is no hash, so that it takes the same time. */
  readonly #nobodys = this.#format(crypto.randomBytes(SALT_BYTES), crypto.randomBytes(HASH_BYTES));
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  async hash(password: string): Promise<string> {
    const salt = crypto.randomBytes(SALT_BYTES);
    return this.#format(salt, await this.#derive(this.#preferred.derive, password, salt));
  }

  async verify(password: string, hash: string = this.#nobodys): Promise<boolean> {
    const algorithm = ALGORITHMS.find(({ prefix, isThere }) => isThere && hash.startsWith(prefix));
    if (algorithm === undefined) {
      throw new Error('a password hash is of no kind that this program makes');
    }
    const [salt = '', expected = ''] = hash.slice(algorithm.prefix.length).split('$');
    const derived = await this.#derive(algorithm.derive, password, Buffer.from(salt, 'base64'));
    return crypto.timingSafeEqual(derived, Buffer.from(expected, 'base64'));
  }

  #format(salt: Buffer, hash: Buffer): string {
    return `${this.#preferred.prefix}${toBase64(salt)}$${toBase64(hash)}`;
  }

  /** Waits for its turn: the threads also read files and resolve names. */
  async #derive(derive: Derive, password: string, salt: Uint8Array): Promise<Buffer> {
    if (this.#running >= PASSWORD_HASHES_AT_ONCE) {
      await this.#waitForTurn();
    } else {
      this.#running += 1;
    }
    try {
      // One person's keyboard writes é as one character, another's as two.
      return await derive(password.normalize('NFKC'), salt);
    } finally {
      this.#giveTurn();
    }
  }

  #giveTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#running -= 1;
    } else {
      next();
    }
  }

  /** Resolves when another is done, and its place is this one's. */
  #waitForTurn(): Promise<void> {
    if (this.#waiting.length >= PASSWORD_HASHES_WAITING_MAX) {
      throw new ControlError('passwords-busy', 'Too many passwords are being checked. Try again in a moment.');
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function deriveByArgon2(password: string, salt: Uint8Array): Promise<Buffer> {
  const parameters = {
    message: Buffer.from(password),
    nonce: salt,
    memory: ARGON2_MEMORY_KIB,
    passes: ARGON2_PASSES,
    parallelism: ARGON2_LANES,
    tagLength: HASH_BYTES,
  };
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', parameters, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

function deriveByScrypt(password: string, salt: Uint8Array): Promise<Buffer> {
  const options = { N: 2 ** SCRYPT_LOG_N, r: SCRYPT_BLOCK, p: 1, maxmem: SCRYPT_MEMORY_BYTES_MAX };
  return scrypt(password, salt, HASH_BYTES, options);
}

/** The PHC format has no padding. */
function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
