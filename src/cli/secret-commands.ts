import { type Command, Option } from 'commander';
import { callAccount } from './call-account.ts';
import { CliError } from './cli-error.ts';
import { printJson } from './print-json.ts';
import { type AdminOptions, addAdminOptions, readSecretFile } from './service-options.ts';

interface SecretOptions extends AdminOptions {
  readonly keyUid?: string;
}

interface CreateOptions extends SecretOptions {
  readonly name: string;
  readonly secretFile?: string;
}

/** A shared secret as the management API shows it; `secret` only when it was just made. */
interface SecretResult {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly secret?: string;
}

/** `taciturn secret create`, `secret list`, `secret delete`. */
export function addSecretCommands(program: Command): void {
  const group = program
    .command('secret')
    .description('Share secrets of a TURN key with programs that make their own credentials.');
  addSecretOptions(group.command('create'))
    .description('Share a secret, and print it: the only time that it is shown.')
    .option('--name <name>', 'which program has it', '')
    .option('--secret-file <file>', 'the file that holds the secret (default: one is made)')
    .action(createSecret);
  addSecretOptions(group.command('list'))
    .description("List the TURN key's shared secrets, newest first.")
    .action(listSecrets);
  addSecretOptions(group.command('delete'))
    .description('Delete a shared secret; credentials made with it fail at once, and their allocations end.')
    .argument('<id>', 'the shared secret')
    .action(deleteSecret);
}

function addSecretOptions(command: Command): Command {
  return addAdminOptions(command).addOption(new Option('--key-uid <uid>', 'the TURN key (else TACITURN_KEY_UID)'));
}

async function createSecret({ name, secretFile, ...options }: CreateOptions): Promise<void> {
  const { result } = await callAccount<SecretResult>(options, 'POST', pathOf(options), {
    name,
    ...(secretFile === undefined ? {} : { secret: readSecretFile(secretFile, 'shared secret') }),
  });
  if (options.json === true) {
    printJson(result);
  } else {
    process.stdout.write(`id      ${result.id}\nsecret  ${result.secret}\n`);
  }
}

async function listSecrets(options: SecretOptions): Promise<void> {
  const { result } = await callAccount<readonly SecretResult[]>(options, 'GET', pathOf(options));
  if (options.json === true) {
    printJson(result);
    return;
  }
  for (const { id, created, name } of result) {
    process.stdout.write(`${id}  ${created}  ${name}\n`);
  }
  if (result.length === 0) {
    process.stdout.write('The TURN key has no shared secret; `secret create` makes one.\n');
  }
}

async function deleteSecret(id: string, options: SecretOptions): Promise<void> {
  const path = `${pathOf(options)}/${encodeURIComponent(id)}`;
  const { result } = await callAccount<SecretResult>(options, 'DELETE', path);
  if (options.json === true) {
    printJson(result);
  } else {
    process.stdout.write(`Deleted the shared secret ${result.id}.\n`);
  }
}

function pathOf({ keyUid = process.env.TACITURN_KEY_UID ?? '' }: SecretOptions): string {
  if (keyUid === '') {
    throw new CliError(
      'The TURN key is missing: name it with --key-uid, or set TACITURN_KEY_UID; `key list` shows all.',
    );
  }
  return `turn_keys/${encodeURIComponent(keyUid)}/shared_secrets`;
}
