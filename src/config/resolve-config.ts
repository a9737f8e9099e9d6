import type { Candidate } from './candidate.ts';
import { ConfigError, type ConfigProblem, type Origin } from './config-problem.ts';
import { describeFileFailure } from './describe-file-failure.ts';
import { findConflicts } from './find-conflicts.ts';
import type { HostFacts, Parsed } from './setting.ts';
import { listSettings, type NamedSetting } from './setting-names.ts';
import { type Config, settings } from './settings.ts';

/** One setting of a resolved configuration. */
export interface ResolvedSetting extends NamedSetting {
  readonly origin: Origin;
  readonly value: unknown;
}

/** The configuration, and where each of its values came from. */
export interface ResolvedConfig {
  readonly config: Config;
  readonly entries: readonly ResolvedSetting[];
}

/**
 * Takes for every setting the first of `candidates` (which come in the order of precedence), else its default.
 * Those that are overridden are checked all the same.
 * @throws {ConfigError} with `problems` and everything that is wrong with the values.
 */
export function resolveConfig(
  candidates: readonly Candidate[],
  problems: readonly ConfigProblem[],
  host: HostFacts,
  readFile: (path: string) => string,
): ResolvedConfig {
  const found: ConfigProblem[] = [...problems, ...findDuplicates(candidates)];
  const values = new Map<string, { readonly value: unknown; readonly origin: Origin }>();
  for (const candidate of candidates) {
    const parsed = parseCandidate(candidate, readFile, found);
    const { name } = candidate.setting;
    if (parsed?.ok === true && !values.has(name)) {
      values.set(name, { value: parsed.value, origin: candidate.origin });
    }
  }
  const entries: ResolvedSetting[] = [];
  for (const named of listSettings(settings)) {
    const given = values.get(named.name) ?? {
      value: named.setting.fallback(host),
      origin: { source: 'default', detail: '' } as const,
    };
    values.set(named.name, given);
    entries.push({ ...named, ...given });
  }
  const config = assemble(entries);
  found.push(...findConflicts(config, (name) => values.get(name)?.origin ?? { source: 'default', detail: '' }));
  if (found.length > 0) {
    throw new ConfigError(found);
  }
  return { config, entries };
}

function parseCandidate(
  candidate: Candidate,
  readFile: (path: string) => string,
  problems: ConfigProblem[],
): Parsed<unknown> | undefined {
  const { setting, name } = candidate.setting;
  let input = candidate.input;
  if (candidate.fromFile) {
    const path = String(input);
    try {
      input = readFile(path).trim();
    } catch (error) {
      problems.push({ origin: candidate.origin, message: describeFileFailure(error, path) });
      return undefined;
    }
  }
  const parsed = setting.parse(input);
  for (const { text, index } of parsed.ok ? [] : parsed.wrong) {
    const shown = setting.secret ? 'its value' : text;
    const origin = (index === undefined ? undefined : candidate.itemOrigins?.[index]) ?? candidate.origin;
    problems.push({ origin, message: `${name}: ${shown} is not valid, expected ${setting.expected}` });
  }
  return parsed;
}

/** A setting that one source sets twice, by its value and by its file. */
function findDuplicates(candidates: readonly Candidate[]): ConfigProblem[] {
  const first = new Map<string, Candidate>();
  const problems: ConfigProblem[] = [];
  for (const candidate of candidates) {
    const key = `${candidate.origin.source} ${candidate.setting.name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, candidate);
    } else {
      problems.push({ origin: candidate.origin, message: `${other.origin.detail} sets ${candidate.setting.name} too` });
    }
  }
  return problems;
}

function assemble(entries: readonly ResolvedSetting[]): Config {
  const root: Record<string, unknown> = {};
  for (const { path, value } of entries) {
    let group = root;
    for (const key of path.slice(0, -1)) {
      group[key] ??= {};
      group = group[key] as Record<string, unknown>;
    }
    group[path.at(-1) as string] = value;
  }
  return freeze(root) as unknown as Config;
}

/** Freezes objects and arrays; typed arrays cannot be frozen. */
function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) {
      freeze(inner);
    }
    Object.freeze(value);
  }
  return value;
}
