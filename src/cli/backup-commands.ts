import type { Command } from 'commander';
import { backUp } from '../app/back-up.ts';
import { readHostFacts } from '../app/host-facts.ts';
import { restore } from '../app/restore.ts';
import { loadConfig } from '../config/load-config.ts';
import { printJson } from './print-json.ts';

interface DataOptions {
  readonly data?: string;
  readonly config?: string;
  readonly json?: true;
}

/** `taciturn backup` and `taciturn restore`: they work on the data folder itself, whether or not a service runs. */
export function addBackupCommands(program: Command): void {
  addDataOptions(
    program
      .command('backup')
      .description('Copy the data folder into a new folder, while the service runs.')
      .argument('<folder>', 'where the backup goes; made if it is missing'),
  ).action(printBackup);
  addDataOptions(
    program
      .command('restore')
      .description('Put a backup into the data folder of a service that does not run.')
      .argument('<folder>', 'a backup that `taciturn backup` made'),
  ).action(printRestore);
}

function addDataOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'the data folder (TACITURN_DATA; default: data of the configuration)')
    .option('--config <file>', 'the configuration file of the service')
    .option('--json', 'print JSON');
}

async function printBackup(folder: string, options: DataOptions): Promise<void> {
  const data = await resolveData(options);
  const manifest = await backUp(data, folder, new Date());
  if (options.json === true) {
    printJson({ folder, data, ...manifest });
    return;
  }
  const lines = manifest.files.map(({ name, bytes }) => `  ${name}  ${bytes} bytes`);
  process.stdout.write(
    `Backed up ${data} as of ${manifest.takenAt} into ${folder}:\n\n${lines.join('\n')}\n\n` +
      'Who has it can issue every credential of this installation: keep it as you keep a private key.\n',
  );
}

async function printRestore(folder: string, options: DataOptions): Promise<void> {
  const data = await resolveData(options);
  const { manifest, replaced } = await restore(folder, data, new Date());
  if (options.json === true) {
    printJson({ folder, data, replaced: replaced ?? null, ...manifest });
    return;
  }
  const moved = replaced === undefined ? '' : `What was there lies in ${replaced}.\n`;
  process.stdout.write(
    `Restored ${data} as of ${manifest.takenAt}. ${moved}` +
      'What was revoked, deleted or counted after that moment is forgotten: revoke again what must not be used.\n',
  );
}

async function resolveData({ data, config }: DataOptions): Promise<string> {
  const flags = data === undefined ? {} : { '--data': data };
  const resolved = await loadConfig({ flags, environment: process.env, configFile: config }, await readHostFacts());
  return resolved.config.data;
}
