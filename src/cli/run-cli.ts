import { Command, CommanderError } from 'commander';
import { addAllocationCommands } from './allocation-commands.ts';
import { addBackupCommands } from './backup-commands.ts';
import { CliError } from './cli-error.ts';
import { addCredentialCommands } from './credential-commands.ts';
import { describeFailure } from './describe-failure.ts';
import { addHelpCommand, requireCommand } from './help-command.ts';
import { addKeyCommands } from './key-commands.ts';
import { addLoadCommand } from './load-command.ts';
import { addPersonCommands } from './person-commands.ts';
import { addSecretCommands } from './secret-commands.ts';
import { addServeCommand } from './serve-command.ts';
import { addVersionCommand, describeVersion } from './version-command.ts';

/** The command line was wrong, as opposed to what it asked for: the shell convention. */
const EXIT_USAGE = 2;

const HELP_OF_FAILURES = `
A command that fails says why on standard error and ends with 1, or with 2 when
the command line is wrong. With --json, a failure that ends with 1 is JSON:
  {"errors":[{"code":2009,"message":"The service refused (404): …"}]}
code is what the service called it; a failure of another kind has none.`;

/** Runs one command; a failure is told on standard error and in the exit code. */
export async function runCli(args: readonly string[]): Promise<void> {
  const program = new Command('taciturn')
    .description('A managed TURN service that anyone can run.')
    .version(describeVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'taciturn: ')) })
    .showHelpAfterError('Run with --help for what there is.')
    .addHelpText('after', HELP_OF_FAILURES);
  addServeCommand(program);
  addKeyCommands(program);
  addCredentialCommands(program);
  addPersonCommands(program);
  addSecretCommands(program);
  addAllocationCommands(program);
  addBackupCommands(program);
  addLoadCommand(program);
  addVersionCommand(program);
  addHelpCommand(program);
  try {
    // `serve` runs when no command is named, and would say of a misspelt one that it takes no arguments.
    if (args[0] !== undefined && !args[0].startsWith('-')) {
      requireCommand(program, args[0]);
    }
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has told it already; asking for help is no failure.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      return;
    }
    process.stderr.write(args.includes('--json') ? formatFailure(error) : `taciturn: ${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}

/** A failure for the program that asked for JSON: one line, in the form of the management API's failures. */
function formatFailure(error: unknown): string {
  const code = error instanceof CliError ? error.code : undefined;
  return `${JSON.stringify({ errors: [{ ...(code === undefined ? {} : { code }), message: describeFailure(error) }] })}\n`;
}
