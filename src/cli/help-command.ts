import type { Command } from 'commander';
import { suggestName } from '../config/closest-name.ts';

/** `taciturn help`, of any command at any depth. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('Show the help of a command, as `help key create`.')
    .argument('[command...]', 'the command')
    .action((names: readonly string[]) => {
      let command = program;
      for (const name of names) {
        command = requireCommand(command, name);
      }
      command.help();
    });
}

/** The command of this name; one that is unknown ends the program, with the name that was probably meant. */
export function requireCommand(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (found === undefined) {
    const known = parent.commands.map((command) => command.name());
    return parent.error(`error: unknown command '${name}'${suggestName(name, known)}`);
  }
  return found;
}
