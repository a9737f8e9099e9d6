import type { Command } from 'commander';
import { callService } from './call-service.ts';
import { CliError } from './cli-error.ts';
import { printJson } from './print-json.ts';
import { type AdminOptions, addAdminOptions, resolveAdminToken, resolveUrl } from './service-options.ts';

/** A person as the management API shows them; `link` only when they were just invited. */
interface PersonResult {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly { readonly account_id: string; readonly role: string }[];
  readonly has_password: boolean;
  readonly link?: string;
}

interface InviteOptions extends AdminOptions {
  readonly name: string;
  readonly email: string;
  readonly role: readonly string[];
}

/** `taciturn person invite`, `person list`, `person delete`, and `setup-link`. */
export function addPersonCommands(program: Command): void {
  const group = program.command('person').description('Invite, list and delete the people who may sign in.');
  addAdminOptions(group.command('invite'))
    .description('Invite a person, and print the link: it is good once, for 72 hours.')
    .requiredOption('--name <name>', 'what people call them')
    .requiredOption('--email <email>', 'what they sign in with')
    .requiredOption('--role <role...>', 'owner, operator or viewer of every account, or as default=viewer of one')
    .action(invitePerson);
  addAdminOptions(group.command('list')).description('List the people, oldest first.').action(listPeople);
  addAdminOptions(group.command('delete'))
    .description('Delete a person; they are signed out at once.')
    .argument('<id>', 'the person')
    .action(deletePerson);
  addAdminOptions(program.command('setup-link'))
    .description('Print another link for the first person, while there is nobody.')
    .action(printSetupLink);
}

async function invitePerson(options: InviteOptions): Promise<void> {
  const { name, email } = options;
  const roles = options.role.map(parseRole);
  const person = await callPeople<PersonResult>(options, 'POST', '/people', { name, email, roles });
  await printLink(options, person);
}

async function listPeople(options: AdminOptions): Promise<void> {
  const people = await callPeople<readonly PersonResult[]>(options, 'GET', '/people');
  if (options.json === true) {
    printJson(people);
    return;
  }
  for (const { id, email, name, roles, has_password: hasPassword } of people) {
    const held = roles.map(({ account_id: accountId, role }) => `${accountId}=${role}`).join(',');
    process.stdout.write(`${id}  ${email}  ${held}  ${name}${hasPassword ? '' : ' (invited)'}\n`);
  }
  if (people.length === 0) {
    process.stdout.write('There is nobody yet; `setup-link` prints the link for the first person.\n');
  }
}

async function deletePerson(id: string, options: AdminOptions): Promise<void> {
  const person = await callPeople<PersonResult>(options, 'DELETE', `/people/${encodeURIComponent(id)}`);
  if (options.json === true) {
    printJson(person);
  } else {
    process.stdout.write(`Deleted ${person.email}.\n`);
  }
}

async function printSetupLink(options: AdminOptions): Promise<void> {
  await printLink(options, await callPeople<{ readonly link: string }>(options, 'POST', '/setup/link'));
}

/** The service tells the path alone, since it does not know by which name browsers reach it. */
async function printLink(options: AdminOptions, result: { readonly link?: string }): Promise<void> {
  const link = `${await resolveUrl(options)}${result.link}`;
  if (options.json === true) {
    printJson({ ...result, link });
  } else {
    process.stdout.write(`${link}\n`);
  }
}

function parseRole(text: string): { readonly account_id: string; readonly role: string } {
  const [, accountId = '*', role] = /^(?:([\w-]+|\*)=)?(owner|operator|viewer)$/.exec(text) ?? [];
  if (role === undefined) {
    throw new CliError(`${JSON.stringify(text)} is no role; one is viewer, or default=viewer for one account.`);
  }
  return { account_id: accountId, role };
}

/** Calls the API of people; resolves with the envelope's `result`. */
async function callPeople<Result>(
  options: AdminOptions,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<Result> {
  const answer = await callService({
    method,
    url: `${await resolveUrl(options)}/client/v4${path}`,
    token: await resolveAdminToken(options),
    ...(body === undefined ? {} : { body }),
  });
  return (answer as { result: Result }).result;
}
