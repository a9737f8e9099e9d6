import { type Command, InvalidArgumentError, Option } from 'commander';
import { callService } from './call-service.ts';
import { printJson } from './print-json.ts';
import { addKeyOptions, type KeyOptions, resolveKey, resolveUrl } from './service-options.ts';

interface CreateOptions extends KeyOptions {
  readonly ttl?: number;
  readonly customIdentifier?: string;
}

interface RevokeOptions extends KeyOptions {
  readonly customIdentifier?: string;
  readonly issuedBefore?: string;
}

/** One entry of `iceServers`; a STUN server takes no credential. */
interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** `taciturn credential create`, `credential revoke`. */
export function addCredentialCommands(program: Command): void {
  const group = program.command('credential').description('Generate and revoke credentials of a TURN key.');
  addKeyOptions(group.command('create'))
    .description('Generate a credential for one TURN client.')
    .addOption(new Option('--ttl <seconds>', 'how long it is valid (default: a day)').argParser(parseSeconds))
    .option('--custom-identifier <text>', 'your own name for its user, by which usage is counted')
    .action(createCredential);
  addKeyOptions(group.command('revoke'))
    .description('Revoke one credential, all of one user, or all that were issued before a moment.')
    .argument('[username]', 'the username of the credential')
    .option('--custom-identifier <text>', 'revoke those of this user')
    .option('--issued-before <time>', 'revoke those issued before this RFC 3339 time')
    .action(revokeCredentials);
}

async function createCredential({ ttl, customIdentifier, ...options }: CreateOptions): Promise<void> {
  const answer = await callCredentials(options, 'generate-ice-servers', {
    ...(ttl === undefined ? {} : { ttl }),
    ...(customIdentifier === undefined ? {} : { customIdentifier }),
  });
  if (options.json === true) {
    printJson(answer);
    return;
  }
  const { iceServers } = answer as { iceServers: readonly IceServer[] };
  const urls = iceServers.flatMap((server) => server.urls);
  const relay = iceServers.find(({ username }) => username !== undefined);
  process.stdout.write(
    [
      ...urls.map((url) => `url         ${url}`),
      `username    ${relay?.username}`,
      `credential  ${relay?.credential}`,
      '',
    ].join('\n'),
  );
}

async function revokeCredentials(
  username: string | undefined,
  options: RevokeOptions,
  command: Command,
): Promise<void> {
  const { customIdentifier, issuedBefore } = options;
  const isBulk = customIdentifier !== undefined || issuedBefore !== undefined;
  if (username === undefined && !isBulk) {
    command.error(
      'error: name what to revoke: a username, or --custom-identifier or --issued-before, or both of these',
    );
  }
  if (username !== undefined && isBulk) {
    command.error(
      'error: a username is one credential already, so it goes with neither --custom-identifier nor --issued-before',
    );
  }
  if (username !== undefined) {
    await callCredentials(options, `${encodeURIComponent(username)}/revoke`);
  } else {
    await callCredentials(options, 'revoke', {
      ...(customIdentifier === undefined ? {} : { customIdentifier }),
      ...(issuedBefore === undefined ? {} : { issuedBefore }),
    });
  }
  if (options.json === true) {
    printJson({ revoked: true });
  } else {
    process.stdout.write('Revoked.\n');
  }
}

async function callCredentials(options: KeyOptions, path: string, body?: object): Promise<unknown> {
  const { uid, token } = resolveKey(options);
  return callService({
    method: 'POST',
    url: `${await resolveUrl(options)}/v1/turn/keys/${encodeURIComponent(uid)}/credentials/${path}`,
    token,
    ...(body === undefined ? {} : { body }),
  });
}

function parseSeconds(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new InvalidArgumentError('It takes a whole number of seconds, 1 or more.');
  }
  return Number(text);
}
