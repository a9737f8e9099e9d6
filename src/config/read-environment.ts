import type { Candidate, SourceReading } from './candidate.ts';
import { suggestName } from './closest-name.ts';
import type { ConfigProblem, Origin } from './config-problem.ts';
import { FILE_VARIABLE_SUFFIX, isOurVariable, type NamedSetting, variableOf } from './setting-names.ts';

/** Variables that the command line's own options are read from, or that the documentation's client examples use. */
const OTHER_VARIABLES: readonly string[] = [
  'TACITURN_CONFIG',
  'TACITURN_URL',
  'TACITURN_KEY_UID',
  'TACITURN_KEY_TOKEN',
];

/**
 * Reads every `TACITURN_` variable. An empty one counts as not set, since that is what a container's compose file
 * passes for a variable it was not given. An unknown one is a problem: it is a setting that would silently not apply.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  settings: readonly NamedSetting[],
): SourceReading {
  const known = variablesOf(settings);
  const candidates: Candidate[] = [];
  const problems: ConfigProblem[] = [];
  for (const [variable, value] of Object.entries(environment)) {
    if (!isOurVariable(variable) || OTHER_VARIABLES.includes(variable)) {
      continue;
    }
    const origin: Origin = { source: 'environment', detail: variable };
    const entry = known.get(variable);
    if (entry === undefined) {
      problems.push({ origin, message: `no setting has this name${suggestName(variable, [...known.keys()])}` });
    } else if (value !== undefined && value !== '') {
      candidates.push({ setting: entry.setting, origin, input: value, fromFile: entry.fromFile });
    }
  }
  return { candidates, problems };
}

interface KnownVariable {
  readonly setting: NamedSetting;
  readonly fromFile: boolean;
}

function variablesOf(settings: readonly NamedSetting[]): ReadonlyMap<string, KnownVariable> {
  const known = new Map<string, KnownVariable>();
  for (const setting of settings) {
    const variable = variableOf(setting.name);
    known.set(variable, { setting, fromFile: false });
    if (setting.setting.fileVariant !== 'none') {
      known.set(variable + FILE_VARIABLE_SUFFIX, { setting, fromFile: setting.setting.fileVariant === 'contents' });
    }
  }
  return known;
}
