import type { Brand } from '../base/brand.ts';

/** A TURN key's public identifier: 32 lower-case hexadecimal digits (16 bytes). */
export type KeyUid = Brand<string, 'KeyUid'>;

/** Digits of a key's identifier that choose its row in a table of a fixed size: 32 random bits. */
export const KEY_DIGITS_HASHED = 8;

/** An account's identifier: `default`, or 32 lower-case hexadecimal digits. */
export type AccountId = Brand<string, 'AccountId'>;

/** A TURN username as clients send it: at most 508 bytes of UTF-8 (RFC 8489 §14.3). Never logged above debug. */
export type Username = Brand<string, 'Username'>;

/** A shared secret's identifier: 32 lower-case hexadecimal digits (16 bytes). It tells nothing of the secret. */
export type SharedSecretId = Brand<string, 'SharedSecretId'>;

/** What tells a credential from every other of the installation: see `identifyCredential`. */
export type CredentialId = Brand<string, 'CredentialId'>;

/** How a client reaches the relay. */
export type ClientTransport = 'udp' | 'tcp' | 'tls';
