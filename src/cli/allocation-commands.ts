import type { Command } from 'commander';
import { callAccount } from './call-account.ts';
import { printJson } from './print-json.ts';
import { type AdminOptions, addAdminOptions } from './service-options.ts';

interface ListOptions extends AdminOptions {
  readonly keyUid?: string;
  readonly customIdentifier?: string;
  readonly username?: string;
}

/** A live allocation, as far as the list for people shows it. */
interface AllocationResult {
  readonly id: string;
  readonly transport: string;
  readonly client_address: string;
  readonly relay_addresses: readonly string[];
  readonly custom_identifier: string;
}

const ALLOCATIONS = 'turn_allocations';
const ALLOCATIONS_PER_PAGE = 1_000;

/** `taciturn allocation list`, `allocation end`. */
export function addAllocationCommands(program: Command): void {
  const group = program.command('allocation').description('List and end live allocations.');
  addAdminOptions(group.command('list'))
    .description("List the account's live allocations: identifier, transport, client, relayed addresses, user.")
    .option('--key-uid <uid>', 'only those of this TURN key')
    .option('--custom-identifier <text>', 'only those of this user')
    .option('--username <username>', 'only those of this credential')
    .action(listAllocations);
  addAdminOptions(group.command('end'))
    .description('End a live allocation; to keep its client out, revoke the credential.')
    .argument('<id>', 'the allocation')
    .action(endAllocation);
}

async function listAllocations(options: ListOptions): Promise<void> {
  const allocations: AllocationResult[] = [];
  const untold = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await callAccount<readonly AllocationResult[]>(
      options,
      'GET',
      `${ALLOCATIONS}?${queryOf(options, cursor)}`,
    );
    allocations.push(...page.result);
    for (const { message } of page.messages) {
      untold.add(message);
    }
    cursor = page.result_info?.cursor;
  } while (cursor !== undefined);
  // Standard output has what there is; that something is missing must not be lost when it is read by a program.
  for (const message of untold) {
    process.stderr.write(`taciturn: ${message}\n`);
  }
  if (options.json === true) {
    printJson(allocations);
  } else {
    printAllocations(allocations);
  }
}

function queryOf({ keyUid, customIdentifier, username }: ListOptions, cursor: string | undefined): URLSearchParams {
  return new URLSearchParams({
    limit: String(ALLOCATIONS_PER_PAGE),
    ...(keyUid === undefined ? {} : { key_uid: keyUid }),
    ...(customIdentifier === undefined ? {} : { custom_identifier: customIdentifier }),
    ...(username === undefined ? {} : { username }),
    ...(cursor === undefined ? {} : { cursor }),
  });
}

function printAllocations(allocations: readonly AllocationResult[]): void {
  for (const {
    id,
    transport,
    client_address: client,
    relay_addresses: relays,
    custom_identifier: user,
  } of allocations) {
    process.stdout.write(`${[id, transport, client, relays.join(','), user].join('  ').trimEnd()}\n`);
  }
  if (allocations.length === 0) {
    process.stdout.write('There are no live allocations that match.\n');
  }
}

async function endAllocation(id: string, options: AdminOptions): Promise<void> {
  const { result } = await callAccount<{ readonly id: string }>(
    options,
    'DELETE',
    `${ALLOCATIONS}/${encodeURIComponent(id)}`,
  );
  if (options.json === true) {
    printJson(result);
  } else {
    process.stdout.write(`Ended the allocation ${result.id}.\n`);
  }
}
