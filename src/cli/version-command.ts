import type { Command } from 'commander';
import { readVersion } from '../app/version.ts';
import { printJson } from './print-json.ts';

/** What runs here, in one line. */
export function describeVersion(): string {
  return `taciturn ${readVersion()} on Node ${process.versions.node}`;
}

/** `taciturn version`. */
export function addVersionCommand(program: Command): void {
  program
    .command('version')
    .description('Print the version.')
    .option('--json', 'print JSON')
    .action((options: { readonly json?: true }) => {
      if (options.json === true) {
        printJson({ version: readVersion(), node: process.versions.node });
      } else {
        process.stdout.write(`${describeVersion()}\n`);
      }
    });
}
