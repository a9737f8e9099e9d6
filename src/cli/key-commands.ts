import type { Command } from 'commander';
import { callAccount } from './call-account.ts';
import { printJson } from './print-json.ts';
import { type AdminOptions, addAdminOptions } from './service-options.ts';

/** A key as the management API shows it; `key`, its API token, only when it was just made. */
interface KeyResult {
  readonly uid: string;
  readonly key?: string;
  readonly name: string;
  readonly created: string;
  readonly modified: string;
}

const KEYS_PER_PAGE = 100;

/** `taciturn key create`, `key list`, `key delete`. */
export function addKeyCommands(program: Command): void {
  const group = program.command('key').description('Make, list and delete TURN keys.');
  addAdminOptions(group.command('create'))
    .description('Make a TURN key, and print its API token: the only time that it is shown.')
    .option('--name <name>', 'what people know it by', '')
    .action(createKey);
  addAdminOptions(group.command('list')).description("List the account's TURN keys, newest first.").action(listKeys);
  addAdminOptions(group.command('delete'))
    .description('Delete a TURN key; its credentials fail at once, and their allocations end.')
    .argument('<uid>', 'the key')
    .action(deleteKey);
}

async function createKey(options: AdminOptions & { readonly name: string }): Promise<void> {
  const key = await callKeys<KeyResult>(options, 'POST', '', { name: options.name });
  if (options.json === true) {
    printJson(key);
    return;
  }
  process.stdout.write(
    [
      '# A TURN key. Its token is shown only now; the example, and the commands in the README, read both from these variables.',
      `export TACITURN_KEY_UID=${key.uid}`,
      `export TACITURN_KEY_TOKEN=${key.key}`,
      '',
    ].join('\n'),
  );
}

async function listKeys(options: AdminOptions): Promise<void> {
  const keys: KeyResult[] = [];
  for (let page = 1; ; page += 1) {
    const found = await callKeys<readonly KeyResult[]>(options, 'GET', `?page=${page}&per_page=${KEYS_PER_PAGE}`);
    keys.push(...found);
    if (found.length < KEYS_PER_PAGE) {
      break;
    }
  }
  if (options.json === true) {
    printJson(keys);
    return;
  }
  for (const { uid, created, name } of keys) {
    process.stdout.write(`${uid}  ${created}  ${name}\n`);
  }
  if (keys.length === 0) {
    process.stdout.write('The account has no TURN key; `key create` makes one.\n');
  }
}

async function deleteKey(uid: string, options: AdminOptions): Promise<void> {
  const key = await callKeys<KeyResult>(options, 'DELETE', `/${encodeURIComponent(uid)}`);
  if (options.json === true) {
    printJson(key);
  } else {
    process.stdout.write(`Deleted the TURN key ${key.uid}.\n`);
  }
}

/** Calls the keys of the account; resolves with the envelope's `result`. */
async function callKeys<Result>(
  options: AdminOptions,
  method: 'GET' | 'POST' | 'DELETE',
  rest: string,
  body?: object,
): Promise<Result> {
  return (await callAccount<Result>(options, method, `turn_keys${rest}`, body)).result;
}
