import type { UnixMs } from '../base/clock.ts';
import { CREDENTIAL_TTL_SECONDS_DEFAULT } from '../base/limits.ts';
import { encodeUsername, signUsername, USERNAME_RANDOM_BYTES } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { parseCustomIdentifier } from './custom-identifier.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, TurnKey } from './ports.ts';

export interface IssuedCredential {
  readonly username: Username;
  /** The TURN password. */
  readonly credential: string;
  /** A whole second: at least the lifetime asked for, and less than a second more. */
  readonly expiresAt: UnixMs;
}

/** What a request asks of a credential, as it was given. */
export interface CredentialInput {
  readonly ttlSeconds?: unknown;
  readonly customIdentifier?: unknown;
}

/**
 * Issues a credential of an authenticated key. Nothing is stored or read, so it costs a few hashes.
 *
 * A missing `ttlSeconds` is a day; one above the setting is clamped to it, since clients in the field ask for more
 * than Cloudflare grants and expect an answer.
 * @throws {ControlError} `invalid-ttl`, `invalid-custom-identifier`.
 */
export function issueCredential(ports: ControlPorts, key: TurnKey, input: CredentialInput): IssuedCredential {
  const ttlSeconds = parseTtl(input.ttlSeconds, ports.settings.maxTtlSeconds);
  const customIdentifier = parseCustomIdentifier(input.customIdentifier) ?? '';
  const issuedAt = ports.clock.unixNow();
  const expiresAt = ((Math.ceil(issuedAt / 1000) + ttlSeconds) * 1000) as UnixMs;
  const random = new Uint8Array(USERNAME_RANDOM_BYTES);
  ports.random.fill(random);

  const [keys] = ports.installationKeys;
  const claims = { keyUid: key.uid, issuedAt, expiresAt, customIdentifier, random };
  const username = encodeUsername(ports.hashes, keys, claims);
  const credential = signUsername(ports.hashes, ports.signingSecrets.of(key.uid), username);
  return { username, credential, expiresAt };
}

function parseTtl(value: unknown, maxTtlSeconds: number): number {
  if (value === undefined) {
    return Math.min(CREDENTIAL_TTL_SECONDS_DEFAULT, maxTtlSeconds);
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw new ControlError('invalid-ttl', 'ttl must be a whole number of seconds, at least 1.', '/ttl');
  }
  return Math.min(value, maxTtlSeconds);
}
