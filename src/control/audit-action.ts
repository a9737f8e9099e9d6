/**
 * Everything that the audit log tells of, each with the kind of resource that it is done to. A new action is a line
 * here and a call of `recordAudit` in the transaction of its use case. Names are stored, so none is ever changed.
 */
export const AUDIT_ACTIONS = {
  account_create: 'account',
  account_limits_set: 'account',
  /** Written when the worker has ended it. */
  allocation_end: 'allocation',
  key_create: 'turn_key',
  key_rename: 'turn_key',
  key_roll: 'turn_key',
  key_delete: 'turn_key',
  key_limits_set: 'turn_key',
  shared_secret_create: 'shared_secret',
  shared_secret_delete: 'shared_secret',
  webhook_create: 'webhook',
  webhook_update: 'webhook',
  webhook_roll: 'webhook',
  webhook_delete: 'webhook',
  connection_test_create: 'connection_test',
  connection_test_delete: 'connection_test',
  token_create: 'token',
  /** Its name, permissions or expiry were changed. */
  token_update: 'token',
  token_delete: 'token',
  /** By an account's token; what back ends issue with a key's own is not written down. The resource is the username. */
  credential_create: 'credential',
  /** One credential; the resource is its username. */
  credential_revoke: 'credential',
  /** Many credentials of one key; the resource is the key. */
  credentials_revoke: 'turn_key',
  /** The first person, by the link of a start. */
  person_create: 'person',
  person_invite: 'person',
  /** An invitation was accepted. */
  person_join: 'person',
  person_update: 'person',
  person_password_change: 'person',
  person_delete: 'person',
  /** Somebody signed in, or out. */
  session_create: 'session',
  session_delete: 'session',
  /** Somebody signed out everywhere; the resource is the person. */
  sessions_delete: 'person',
  passkey_create: 'passkey',
  passkey_delete: 'passkey',
  setup_link_create: 'installation',
  installation_create: 'installation',
  /** A start made or was given another admin token than the one before. */
  admin_token_replace: 'token',
  /** A start was given another current master secret. */
  master_secret_replace: 'installation',
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

export type AuditResourceKind = (typeof AUDIT_ACTIONS)[AuditAction];
