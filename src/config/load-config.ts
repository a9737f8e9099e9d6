import { existsSync, readFileSync } from 'node:fs';
import { ConfigError } from './config-problem.ts';
import { describeFileFailure } from './describe-file-failure.ts';
import { readEnvironment } from './read-environment.ts';
import { readFlags } from './read-flags.ts';
import { readYaml } from './read-yaml.ts';
import { type ResolvedConfig, resolveConfig } from './resolve-config.ts';
import type { HostFacts } from './setting.ts';
import { listSettings } from './setting-names.ts';
import { settings } from './settings.ts';

/** The file that is read when none was named. */
const DEFAULT_CONFIG_FILE = 'taciturn.yaml';

export interface ConfigSources {
  /** Flags that were given, by their name with the dashes: `--turn-workers`. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The configuration file that was asked for; else `taciturn.yaml` of the working folder, where there is one. */
  readonly configFile: string | undefined;
}

/**
 * Reads flags over environment over file over defaults.
 * @throws {ConfigError} with everything that is wrong.
 */
export function loadConfig(sources: ConfigSources, host: HostFacts): ResolvedConfig {
  const named = listSettings(settings);
  const flags = readFlags(sources.flags, named);
  const environment = readEnvironment(sources.environment, named);
  const file = readConfigFile(sources.configFile ?? sources.environment.TACITURN_CONFIG);
  const yaml = file === undefined ? { candidates: [], problems: [] } : readYaml(file.text, file.path, settings, named);
  return resolveConfig(
    [...flags.candidates, ...environment.candidates, ...yaml.candidates],
    [...flags.problems, ...environment.problems, ...yaml.problems],
    host,
    (path) => readFileSync(path, 'utf8'),
  );
}

function readConfigFile(asked: string | undefined): { readonly path: string; readonly text: string } | undefined {
  const path = asked ?? DEFAULT_CONFIG_FILE;
  if (asked === undefined && !existsSync(path)) {
    return undefined;
  }
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    const origin = { source: 'file', detail: path } as const;
    throw new ConfigError([{ origin, message: describeFileFailure(error, path) }]);
  }
}
