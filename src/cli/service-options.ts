import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readHostFacts } from '../app/host-facts.ts';
import { formatHttpUrl } from '../app/http-url.ts';
import { portOf } from '../base/socket-address.ts';
import { describeFileFailure } from '../config/describe-file-failure.ts';
import { loadConfig } from '../config/load-config.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { CliError } from './cli-error.ts';

/** What every command that asks the running service takes. */
export interface ServiceOptions {
  readonly url?: string;
  readonly config?: string;
  readonly json?: true;
}

/** What commands with the admin token take besides. */
export interface AdminOptions extends ServiceOptions {
  readonly account?: string;
  readonly adminTokenFile?: string;
}

/** What commands with a TURN key take besides. */
export interface KeyOptions extends ServiceOptions {
  readonly keyUid?: string;
  readonly keyTokenFile?: string;
}

/** What a call proves its right with. */
export interface ServiceToken {
  readonly text: string;
  /** Which token it is, and where it came from: for messages, without its value. */
  readonly name: string;
}

function addServiceOptions(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'where the service answers (TACITURN_URL; default: http.admin or http.listen of the configuration)',
    )
    .option('--config <file>', 'the configuration file of a service on this machine')
    .option('--json', 'print JSON');
}

export function addAdminOptions(command: Command): Command {
  return addServiceOptions(command)
    .option('--account <id>', 'the account (TACITURN_ACCOUNT; default: account of the configuration)')
    .option('--admin-token-file <file>', 'the file that holds the admin token (else TACITURN_ADMIN_TOKEN)');
}

export function addKeyOptions(command: Command): Command {
  return addServiceOptions(command)
    .option('--key-uid <uid>', 'the TURN key (else TACITURN_KEY_UID)')
    .option('--key-token-file <file>', "the file that holds the key's API token (else TACITURN_KEY_TOKEN)");
}

/** The service's URL without a slash at its end. */
export async function resolveUrl(options: ServiceOptions): Promise<string> {
  const given = options.url ?? process.env.TACITURN_URL;
  if (given !== undefined && given !== '') {
    if (!URL.canParse(given)) {
      throw new CliError(`${JSON.stringify(given)} is no URL; one is http://127.0.0.1:8787.`);
    }
    return given.replace(/\/+$/, '');
  }
  const { listen, admin } = (await readLocalConfig(options)).config.http;
  // Whichever of the two answers everything.
  const address = admin ?? listen;
  return formatHttpUrl(address, portOf(address));
}

/** The account: of the flag, else the one that a service with this configuration has. */
export async function resolveAccount(options: AdminOptions): Promise<string> {
  return options.account ?? (await readLocalConfig(options)).config.account;
}

/** The admin token: of the flag, the environment, or the configuration file. */
export async function resolveAdminToken(options: AdminOptions): Promise<ServiceToken> {
  if (options.adminTokenFile !== undefined) {
    const text = readSecretFile(options.adminTokenFile, 'admin token');
    return { text, name: `the admin token of --admin-token-file ${options.adminTokenFile}` };
  }
  const { config, entries } = await readLocalConfig(options);
  if (config.adminToken === undefined) {
    throw new CliError('The admin token is missing: set TACITURN_ADMIN_TOKEN to what the first start printed.');
  }
  const origin = entries.find(({ name }) => name === 'admin_token')?.origin.detail;
  return { text: config.adminToken, name: `the admin token of ${origin}` };
}

/** The TURN key and its API token. */
export function resolveKey(options: KeyOptions): { readonly uid: string; readonly token: ServiceToken } {
  const { keyUid, keyTokenFile } = options;
  const uid = keyUid ?? process.env.TACITURN_KEY_UID ?? '';
  const text =
    keyTokenFile === undefined
      ? (process.env.TACITURN_KEY_TOKEN ?? '')
      : readSecretFile(keyTokenFile, "key's API token");
  if (uid === '' || text === '') {
    throw new CliError(
      'The TURN key is missing: set TACITURN_KEY_UID and TACITURN_KEY_TOKEN to what `key create` printed.',
    );
  }
  const tokenFrom = keyTokenFile === undefined ? 'TACITURN_KEY_TOKEN' : `--key-token-file ${keyTokenFile}`;
  const uidFrom = keyUid === undefined ? 'TACITURN_KEY_UID' : '--key-uid';
  return { uid, token: { text, name: `the API token of ${tokenFrom} for the key of ${uidFrom}` } };
}

async function readLocalConfig(options: ServiceOptions): Promise<ResolvedConfig> {
  const sources = { flags: {}, environment: process.env, configFile: options.config };
  return loadConfig(sources, await readHostFacts());
}

/** The text of a file that holds a secret, of which an error tells nothing. */
export function readSecretFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new CliError(`The ${what} cannot be read: ${describeFileFailure(error, path)}.`);
  }
}
