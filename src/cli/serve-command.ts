import { type Command, Option } from 'commander';
import { readHostFacts } from '../app/host-facts.ts';
import { loadConfig } from '../config/load-config.ts';
import { describeConfig, printConfig } from '../config/print-config.ts';
import { flagsOf } from '../config/read-flags.ts';
import { listSettings } from '../config/setting-names.ts';
import { settings } from '../config/settings.ts';
import { printJson } from './print-json.ts';
import { describeVersion } from './version-command.ts';

interface ServeOptions {
  readonly config?: string;
  readonly printConfig?: true;
  readonly json?: true;
}

/** `taciturn serve`, with a flag for every setting; also what runs when no command is named. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve', { isDefault: true })
    .description('Serve TURN and the HTTP API until SIGTERM.')
    .version(describeVersion(), '-V, --version', 'print the version')
    .addOption(new Option('--config <file>', 'the configuration file (default: taciturn.yaml, where there is one)'))
    .addOption(new Option('--print-config', 'print every setting and where it comes from, and end'))
    .addOption(new Option('--json', 'print JSON'));
  for (const { setting, flag, fromFile } of flagsOf(listSettings(settings))) {
    const group = setting.path.length > 1 ? `Settings of ${setting.path[0]}:` : 'Settings:';
    const subject = fromFile ? `A file that holds it: ${setting.setting.description}` : setting.setting.description;
    const description = `${subject} (default: ${setting.setting.fallbackText})`;
    command.addOption(new Option(`${flag} <${fromFile ? 'file' : 'value'}>`, description).helpGroup(group));
  }
  command.action((options: ServeOptions) => serveOrPrint(command, options));
}

async function serveOrPrint(command: Command, options: ServeOptions): Promise<void> {
  const resolved = loadConfig(
    { flags: givenFlags(command), environment: process.env, configFile: options.config },
    await readHostFacts(),
  );
  if (options.printConfig === true) {
    if (options.json === true) {
      printJson(describeConfig(resolved.entries));
    } else {
      process.stdout.write(printConfig(resolved.entries));
    }
    return;
  }
  // The service is loaded only when it is to run, so that the other commands start fast.
  const { serve } = await import('../app/serve.ts');
  await serve(resolved, { json: options.json === true });
}

/** The flags that stood on the command line, by their name with the dashes. */
function givenFlags(command: Command): Record<string, string> {
  const given: Record<string, string> = {};
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (option.long !== undefined && typeof value === 'string' && option.long !== '--config') {
      given[option.long] = value;
    }
  }
  return given;
}
