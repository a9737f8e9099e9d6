import type { UnixMs } from '../../base/clock.ts';
import type { PersonRole } from './role.ts';

/** Somebody who signs in with a browser. */
export interface Person {
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** In lower case; no two people have the same. */
  readonly email: string;
  readonly roles: readonly PersonRole[];
  readonly createdAt: UnixMs;
  /** To the minute; undefined before the first sign-in. */
  readonly lastSeenAt: UnixMs | undefined;
}

/** A person with what proves them. */
export interface StoredPerson {
  readonly person: Person;
  /** As `PasswordHashes` made it; undefined until an invitation was accepted. */
  readonly passwordHash: string | undefined;
  readonly passkeyCount: number;
}

/** A browser in which a person has signed in. */
export interface PersonSession {
  /** 32 lower-case hexadecimal digits, which are no secret. */
  readonly id: string;
  readonly personId: string;
  /** SHA-256 of the cookie's value, in hexadecimal digits. */
  readonly tokenHash: string;
  readonly createdAt: UnixMs;
  /** To the minute. */
  readonly lastUsedAt: UnixMs;
  /** Where it was begun; empty where a proxy names no address. */
  readonly clientAddress: string;
  readonly userAgent: string;
}

/** What a link proves that is good once: that one may make the first person, or be the one who was invited. */
export interface OneTimeToken {
  /** SHA-256, in hexadecimal digits. */
  readonly tokenHash: string;
  /** Undefined for the set-up of the installation. */
  readonly personId: string | undefined;
  /** Undefined when it lasts until it is used or replaced. */
  readonly expiresAt: UnixMs | undefined;
}

/** A key pair of a person's authenticator (WebAuthn), by its public half. */
export interface Passkey {
  /** The credential's identifier, in base64url, as the authenticator chose it. */
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  /** COSE, in base64url. */
  readonly publicKey: string;
  /** The authenticator's count of signatures; 0 where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly createdAt: UnixMs;
  readonly lastUsedAt: UnixMs | undefined;
}

/** What is kept of people, as a part of the store. */
export interface PeopleTables {
  readonly people: PersonTable;
  readonly personSessions: PersonSessionTable;
  readonly oneTimeTokens: OneTimeTokenTable;
  readonly passkeys: PasskeyTable;
}

export interface PersonTable {
  find(id: string): Promise<StoredPerson | undefined>;
  /** `email` is in lower case. */
  findByEmail(email: string): Promise<StoredPerson | undefined>;
  /** Oldest first; equally old ones by id. */
  list(offset: number, limit: number): Promise<readonly StoredPerson[]>;
  count(): Promise<number>;
  /** Whether there is somebody who can sign in: an invitation alone is nobody. */
  hasSignIn(): Promise<boolean>;
  insert(person: Person, passwordHash: string | undefined): Promise<void>;
  /** Writes name, email and roles. */
  update(person: Person): Promise<void>;
  replacePassword(id: string, passwordHash: string): Promise<void>;
  /** Removes the person with all sessions, passkeys and invitations. */
  remove(id: string): Promise<void>;
}

export interface PersonSessionTable {
  findByHash(tokenHash: string): Promise<PersonSession | undefined>;
  /** Used last first; equally old ones by id. */
  list(personId: string): Promise<readonly PersonSession[]>;
  insert(session: PersonSession): Promise<void>;
  /** Notes that the session was used, and so its person seen. Does nothing when there is no such session any more. */
  noteUse(id: string, at: UnixMs): Promise<void>;
  /** @returns whether this person had this session. */
  remove(personId: string, id: string): Promise<boolean>;
  /** All but the one that is kept. */
  removeOfPerson(personId: string, keptId?: string): Promise<void>;
  /** Forgets those that were used, or begun, before these moments. @returns how many, at most `limit`. */
  prune(usedBefore: UnixMs, createdBefore: UnixMs, limit: number): Promise<number>;
}

export interface OneTimeTokenTable {
  findByHash(tokenHash: string): Promise<OneTimeToken | undefined>;
  /** Takes the place of the token of the same person, or of the former one for the set-up. */
  replace(token: OneTimeToken): Promise<void>;
  remove(tokenHash: string): Promise<void>;
  /** Forgets those that have expired. */
  prune(now: UnixMs): Promise<void>;
}

export interface PasskeyTable {
  find(id: string): Promise<Passkey | undefined>;
  /** Oldest first. */
  list(personId: string): Promise<readonly Passkey[]>;
  insert(passkey: Passkey): Promise<void>;
  noteUse(id: string, counter: number, at: UnixMs): Promise<void>;
  /** @returns whether this person had this passkey. */
  remove(personId: string, id: string): Promise<boolean>;
}
