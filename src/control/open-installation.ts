import type { Clock, UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import type { Random } from '../base/random.ts';
import { deriveInstallationKeys, type InstallationKeys } from '../contract/credential.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Actor } from './actor.ts';
import { ADMIN_TOKEN_ID, requireUsableAdminToken } from './admin-token.ts';
import { generateId, generateToken, hashToken } from './api-token.ts';
import { InstallationError } from './errors.ts';
import {
  fingerprintMasterSecret,
  generateMasterSecret,
  type MasterSecrets,
  parseMasterSecrets,
} from './master-secret.ts';
import { parseAccountId } from './parse-ids.ts';
import type { Installation, Store, StoreSession } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { resealSharedSecrets } from './reseal-shared-secrets.ts';
import type { SecretFile } from './secret-file.ts';

const SYSTEM: Actor = { kind: 'system' };

export interface InstallationPorts {
  readonly store: Store;
  /** Where a generated master secret lies; not touched when one is configured. */
  readonly masterSecretFile: SecretFile;
  readonly clock: Clock;
  readonly random: Random;
  readonly hashes: Hashes;
}

export interface InstallationSettings {
  /** The default account's id; when undefined, the installation's, which is `default` at first. */
  readonly accountId?: string | undefined;
  /** Current first, then others that are still accepted, separated by white space or commas. */
  readonly masterSecret?: string | undefined;
  /** Takes the place of the admin token that was valid so far. */
  readonly adminToken?: string | undefined;
  readonly maxTtlSeconds: number;
}

export interface OpenedInstallation {
  /** Whether no start has come to its end yet: `completeStart` is called when this one has. */
  readonly isFirstStart: boolean;
  readonly nodeId: string;
  readonly defaultAccountId: AccountId;
  readonly installationKeys: readonly [InstallationKeys, ...InstallationKeys[]];
  /** For `ControlSettings`. */
  readonly longestTtlSeconds: number;
  /** The admin token that this start made, to be shown once; undefined when it is configured, or was shown before. */
  readonly createdAdminToken: string | undefined;
}

/**
 * Opens the installation that a database holds, or makes it at the first start: master secret, node id, default
 * account and admin token. All of it happens in one transaction, which also keeps a second process from doing the same.
 * A start may still fail afterwards, on a port that is taken: until one has been completed, each makes the admin token
 * anew, since the one before has not been seen.
 * @throws {InstallationError} when the secrets given are not this installation's, or not usable.
 */
export function openInstallation(
  ports: InstallationPorts,
  settings: InstallationSettings,
): Promise<OpenedInstallation> {
  return ports.store.transact(async (session) => {
    const existing = await session.installation.read();
    const secrets = await readMasterSecrets(ports, settings.masterSecret, existing !== undefined);
    const fingerprints = secrets.map((secret) => fingerprintMasterSecret(ports.hashes, secret));
    if (existing !== undefined && !fingerprints.includes(existing.masterSecretFingerprint)) {
      throw mismatch(settings.masterSecret === undefined ? ports.masterSecretFile.path : 'the configuration');
    }
    const installation: Installation = {
      nodeId: existing?.nodeId ?? generateId(ports.random),
      defaultAccountId: chooseAccount(settings.accountId, existing),
      masterSecretFingerprint: fingerprints[0] as string,
      longestTtlSeconds: Math.max(settings.maxTtlSeconds, existing?.longestTtlSeconds ?? 0),
      createdAt: existing?.createdAt ?? ports.clock.unixNow(),
      startedAt: existing?.startedAt,
    };
    await session.installation.put(installation);
    await recordStart(session, existing, installation, ports.clock.unixNow());
    await ensureAccount(session, ports, installation.defaultAccountId);
    const installationKeys = deriveKeys(ports.hashes, secrets);
    await resealSharedSecrets(session, ports.hashes, installationKeys);
    const isFirstStart = installation.startedAt === undefined;
    return {
      isFirstStart,
      nodeId: installation.nodeId,
      defaultAccountId: installation.defaultAccountId,
      installationKeys,
      longestTtlSeconds: installation.longestTtlSeconds,
      createdAdminToken: await ensureAdminToken(session, ports, settings.adminToken, isFirstStart),
    };
  });
}

async function readMasterSecrets(
  ports: InstallationPorts,
  configured: string | undefined,
  isExisting: boolean,
): Promise<MasterSecrets> {
  if (configured !== undefined) {
    return parseMasterSecrets(configured, 'The configuration');
  }
  const { masterSecretFile } = ports;
  const text = await masterSecretFile.read();
  if (text !== undefined) {
    return parseMasterSecrets(text, masterSecretFile.path);
  }
  if (isExisting) {
    throw new InstallationError(
      'master-secret-missing',
      `The database exists, but its master secret ${masterSecretFile.path} does not. With another secret every ` +
        'credential issued so far would fail, so none is made. Restore the file, or configure the secret that was ' +
        'used. If it is lost for good, move the whole data folder away and start anew.',
    );
  }
  const created = generateMasterSecret(ports.random);
  // Written before the database says that it exists: a crash in between leaves a secret that the next start takes up.
  await masterSecretFile.write(`${created}\n`);
  return parseMasterSecrets(created, masterSecretFile.path);
}

function deriveKeys(hashes: Hashes, secrets: MasterSecrets): readonly [InstallationKeys, ...InstallationKeys[]] {
  const [current, ...previous] = secrets;
  return [deriveInstallationKeys(hashes, current), ...previous.map((secret) => deriveInstallationKeys(hashes, secret))];
}

/** The first start, and a change of the master secret, are told; an ordinary start changes nothing. */
async function recordStart(
  session: StoreSession,
  existing: Installation | undefined,
  { nodeId, masterSecretFingerprint }: Installation,
  now: UnixMs,
): Promise<void> {
  if (existing?.masterSecretFingerprint !== masterSecretFingerprint) {
    const action = existing === undefined ? 'installation_create' : 'master_secret_replace';
    await recordAudit(session, SYSTEM, { action, accountId: undefined, resourceId: nodeId }, now);
  }
}

async function ensureAccount(session: StoreSession, ports: InstallationPorts, id: AccountId): Promise<void> {
  if ((await session.accounts.find(id)) === undefined) {
    const now = ports.clock.unixNow();
    await session.accounts.insert({ id, name: id, createdAt: now });
    const done = { action: 'account_create', accountId: id, resourceId: id, details: { name: id } } as const;
    await recordAudit(session, SYSTEM, done, now);
  }
}

async function ensureAdminToken(
  session: StoreSession,
  ports: InstallationPorts,
  configured: string | undefined,
  isFirstStart: boolean,
): Promise<string | undefined> {
  if (configured === undefined && !isFirstStart) {
    return undefined;
  }
  if (configured !== undefined) {
    requireUsableAdminToken(configured);
  }
  const token = configured ?? generateToken(ports.random);
  const tokenHash = hashToken(ports.hashes, token);
  if ((await session.tokens.findByHash(tokenHash)) === undefined) {
    const createdAt = ports.clock.unixNow();
    await session.tokens.put({ id: ADMIN_TOKEN_ID, name: 'admin token of the installation', tokenHash, createdAt });
    const done = { action: 'admin_token_replace', accountId: undefined, resourceId: ADMIN_TOKEN_ID } as const;
    await recordAudit(session, SYSTEM, done, createdAt);
  }
  return configured === undefined ? token : undefined;
}

/** Keys belong to the account, so it stays what the first start made it; before that was over, nobody has used it. */
function chooseAccount(configured: string | undefined, existing: Installation | undefined): AccountId {
  const current = existing?.defaultAccountId;
  const id = requireAccountId(configured ?? current ?? 'default');
  if (current !== undefined && id !== current && existing?.startedAt !== undefined) {
    throw new InstallationError(
      'account-mismatch',
      `The account of this data folder is ${current}, and its keys belong to it, but the configuration says ${id}. ` +
        `Set account (TACITURN_ACCOUNT) to ${current}; for another account, take another data folder.`,
    );
  }
  return id;
}

function requireAccountId(text: string): AccountId {
  const id = parseAccountId(text);
  if (id === undefined) {
    throw new InstallationError(
      'account-id-invalid',
      `The account id ${JSON.stringify(text)} must be 1 to 64 letters, digits, "-" or "_".`,
    );
  }
  return id;
}

function mismatch(source: string): InstallationError {
  return new InstallationError(
    'master-secret-mismatch',
    `The master secret of ${source} is not the one that this database was made with: every credential issued so far ` +
      'would fail. Give the former secret again. To replace it, give the new one first and the former one after it, ' +
      'separated by a comma, until the credentials issued under the former one have expired.',
  );
}
