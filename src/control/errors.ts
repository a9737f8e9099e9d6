/**
 * Why a use case refused. The set is closed: `src/http` maps each code to a status and to the code of the API that was
 * called, in one file, and its table fails to compile when a code is missing.
 */
export type ControlErrorCode =
  /** `ttl` is no whole number of seconds of at least 1. */
  | 'invalid-ttl'
  /** `customIdentifier` is no well-formed text of at most 64 bytes. */
  | 'invalid-custom-identifier'
  /** `issuedBefore` is no moment since 1970. */
  | 'invalid-issued-before'
  /** A bulk revocation names neither a custom identifier nor a moment. */
  | 'nothing-to-revoke'
  /** A key's name is no well-formed text within its limit. */
  | 'invalid-name'
  /** `page` or `per_page` is out of range. */
  | 'invalid-page'
  | 'account-not-found'
  | 'key-not-found'
  /** The username was not issued by this key. */
  | 'username-not-found'
  /** The account has as many keys as it may have. */
  | 'key-limit-reached'
  /** The caller's token may not do this, or not in this account. */
  | 'permission-denied'
  /** The account has no API token of this id. */
  | 'token-not-found'
  /** The account has as many API tokens as it may have. */
  | 'token-limit-reached'
  /** There are as many accounts as there may be. */
  | 'account-limit-reached'
  /** A shared secret is no well-formed text within its limits. */
  | 'invalid-secret'
  /** The key, or the installation, has as many shared secrets as it may have. */
  | 'secret-limit-reached'
  /** As many custom identifiers of the key are revoked as may be. */
  | 'revocation-limit-reached'
  /** Some key has this shared secret already. */
  | 'secret-in-use'
  /** The key has no shared secret of this id. */
  | 'secret-not-found'
  /** A roll's overlap is no whole number of seconds within its limit. */
  | 'invalid-overlap'
  /** A token's permissions are none, or not among those there are. */
  | 'invalid-permissions'
  /** A token's expiry is no moment in the future. */
  | 'invalid-expiry'
  /** A limit's name or value is none that there is. */
  | 'invalid-limit'
  /** A TURN key would have a higher limit than its account. */
  | 'limit-above-account'
  /** A query of usage has a value out of range. */
  | 'invalid-query'
  /** A query of usage has more conditions, or harder ones, than one may have. */
  | 'query-too-complex'
  /** A query of usage would read a longer time than one may. */
  | 'query-range-too-large'
  /** A webhook's URL is none that may be sent to. */
  | 'invalid-webhook-url'
  /** A webhook's events are none, or not among those there are, or its thresholds are no numbers of bytes. */
  | 'invalid-webhook-events'
  /** The account has as many webhooks as it may have. */
  | 'webhook-limit-reached'
  /** The account has no webhook of this id. */
  | 'webhook-not-found'
  /** Nothing is sent to a webhook that is disabled. */
  | 'webhook-disabled'
  /** A query of usage begins before what is kept, as finely as it asks. */
  | 'usage-forgotten'
  /** An export of usage is not of whole days, or not of days that were, or of too many. */
  | 'invalid-usage-range'
  /** The account has no live allocation of this id, or has it no more. */
  | 'allocation-not-found'
  /** `limit` or `cursor` is none. */
  | 'invalid-cursor'
  /** A filter of live allocations has a value that none can have. */
  | 'invalid-filter'
  /** An email address is none. */
  | 'invalid-email'
  /** A password is too short, too long or too easy to guess. */
  | 'invalid-password'
  /** A person's roles are none, or none that there are. */
  | 'invalid-roles'
  /** A link was used, has expired, or never was. */
  | 'link-not-valid'
  /** There is a person already, so that nobody is set up by a link. */
  | 'setup-not-needed'
  /** Email and password, or the passkey, are nobody's. */
  | 'sign-in-failed'
  /** Signing in was tried too often. */
  | 'too-many-sign-ins'
  /** The present password is not the one that was given. */
  | 'wrong-password'
  /** Nobody would be left who owns the installation. */
  | 'last-owner'
  | 'email-in-use'
  | 'person-not-found'
  | 'session-not-found'
  | 'passkey-not-found'
  /** An authenticator's answer proves nothing. */
  | 'passkey-refused'
  /** There are as many people, or passkeys of one person, as there may be. */
  | 'people-limit-reached'
  | 'passkey-limit-reached'
  /** More passwords wait to be checked than may. */
  | 'passwords-busy'
  /** `expires_in` is no whole number of seconds within its limits. */
  | 'invalid-expires-in'
  /** The account has as many connection tests as it may have. */
  | 'connection-test-limit-reached'
  /** The account has no connection test of this id. */
  | 'connection-test-not-found'
  /** The token of a link is wrong, or the link has expired, or the test or its key was deleted. */
  | 'connection-test-ended'
  /** A link was opened, or results were sent, as often as may be. */
  | 'connection-test-used-up'
  /** What a browser sent of a test is longer than it may be. */
  | 'invalid-connection-test-result'
  /** There is no relay at the moment, or it does not answer. */
  | 'relay-unavailable';

/** A request that a use case refused: the caller can do something about it. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;
  /** JSON pointer (RFC 6901) to the member of the request's body at fault, as `/ttl`; undefined when none is. */
  readonly pointer: string | undefined;

  constructor(code: ControlErrorCode, message: string, pointer?: string) {
    super(message);
    this.code = code;
    this.pointer = pointer;
  }
}

/** Why the store could not do what it was asked. */
export type StoreErrorCode =
  /** Another process holds the database for longer than we wait. */
  | 'database-locked'
  /** The data folder, or a file in it, cannot be made, read or written. */
  | 'folder-not-writable'
  | 'disk-full'
  /** The file is no database, or a damaged one. */
  | 'database-corrupt'
  /** A newer version of the program has migrated the database. */
  | 'schema-newer'
  /** The operating system reported an error while reading or writing. */
  | 'storage-failed';

/**
 * An operational failure of the store. Nothing of the transaction that met it has been written. Its message is for
 * operators: what happened, what that means, what to do; it holds paths, so an API does not repeat it to clients.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Why an installation cannot be opened; the start stops with the message. */
export type InstallationErrorCode =
  /** A configured master secret, or the file's, is too short. */
  | 'master-secret-invalid'
  /** The database exists, its master secret does not. */
  | 'master-secret-missing'
  /** The master secret is another than the one that this database was made with. */
  | 'master-secret-mismatch'
  /** A configured admin token could not stand in an `Authorization` header. */
  | 'admin-token-invalid'
  | 'account-id-invalid'
  /** The account is another than the one that the first start made. */
  | 'account-mismatch';

/** An installation that cannot be opened as configured. Its message says what to do, and never holds a secret. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
  readonly code: InstallationErrorCode;

  constructor(code: InstallationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
