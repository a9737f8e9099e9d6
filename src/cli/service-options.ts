import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readHostFacts } from '../app/host-facts.ts';
import { formatIp } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV6, portOf } from '../base/socket-address.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/settings.ts';
import { CliError } from './cli-error.ts';

/** What every command that asks the running service takes. */
export interface ServiceOptions {
  readonly url?: string;
  readonly config?: string;
  readonly json?: true;
}

/** What commands with the admin token take besides. */
export interface AdminOptions extends ServiceOptions {
  readonly account: string;
  readonly adminTokenFile?: string;
}

/** What commands with a TURN key take besides. */
export interface KeyOptions extends ServiceOptions {
  readonly keyUid?: string;
  readonly keyTokenFile?: string;
}

export function addServiceOptions(command: Command): Command {
  return command
    .option('--url <url>', 'where the service answers (TACITURN_URL; default: http.listen of the configuration)')
    .option('--config <file>', 'the configuration file of a service on this machine')
    .option('--json', 'print JSON');
}

export function addAdminOptions(command: Command): Command {
  return addServiceOptions(command)
    .option('--account <id>', 'the account', 'default')
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
  return urlOf((await readLocalConfig(options)).http.listen);
}

/** The admin token: of the flag, the environment, or the configuration file. */
export async function resolveAdminToken(options: AdminOptions): Promise<string> {
  const token =
    options.adminTokenFile === undefined
      ? (await readLocalConfig(options)).adminToken
      : readSecretFile(options.adminTokenFile, 'admin token');
  if (token === undefined) {
    throw new CliError('The admin token is missing: set TACITURN_ADMIN_TOKEN to what the first start printed.');
  }
  return token;
}

/** The TURN key and its API token. */
export function resolveKey(options: KeyOptions): { readonly uid: string; readonly token: string } {
  const uid = options.keyUid ?? process.env.TACITURN_KEY_UID;
  const token =
    options.keyTokenFile === undefined
      ? process.env.TACITURN_KEY_TOKEN
      : readSecretFile(options.keyTokenFile, "key's API token");
  if (uid === undefined || token === undefined) {
    throw new CliError(
      'The TURN key is missing: set TACITURN_KEY_UID and TACITURN_KEY_TOKEN to what `key create` printed.',
    );
  }
  return { uid, token };
}

async function readLocalConfig(options: ServiceOptions): Promise<Config> {
  const sources = { flags: {}, environment: process.env, configFile: options.config };
  return loadConfig(sources, await readHostFacts()).config;
}

function readSecretFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new CliError(`The file of the ${what} cannot be read: ${(error as Error).message}.`);
  }
}

/** A listener on every address is reached by loopback. */
function urlOf(listen: AddressWords): string {
  const isAny = listen.subarray(1).every((word) => word === 0);
  if (familyOf(listen) === IPV6) {
    return `http://[${isAny ? '::1' : formatIp(listen)}]:${portOf(listen)}`;
  }
  return `http://${isAny ? '127.0.0.1' : formatIp(listen)}:${portOf(listen)}`;
}
