import type { Command } from 'commander';
import { readVersion } from '../app/version.ts';
import { printJson } from './print-json.ts';

/** `taciturn version`. */
export function addVersionCommand(program: Command): void {
  program
    .command('version')
    .description('Print the version.')
    .option('--json', 'print JSON')
    .action((options: { readonly json?: true }) => {
      const version = readVersion();
      if (options.json === true) {
        printJson({ version, node: process.versions.node });
      } else {
        process.stdout.write(`taciturn ${version} on Node ${process.versions.node}\n`);
      }
    });
}
