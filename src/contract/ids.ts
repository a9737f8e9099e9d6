import type { Brand } from '../base/brand.ts';

/** A TURN key's public identifier: 32 lower-case hexadecimal digits (16 bytes). */
export type KeyUid = Brand<string, 'KeyUid'>;

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
