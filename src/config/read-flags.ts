import type { Candidate, SourceReading } from './candidate.ts';
import { flagOf, type NamedSetting } from './setting-names.ts';

/** A flag that the command line offers for a setting. */
export interface SettingFlag {
  readonly setting: NamedSetting;
  /** `--turn-workers`. */
  readonly flag: string;
  readonly fromFile: boolean;
}

/**
 * The flags of all settings. A secret has none but its `-file` variant, because the arguments of a process can be read
 * by everyone on the machine.
 */
export function flagsOf(settings: readonly NamedSetting[]): readonly SettingFlag[] {
  return settings.map((setting) =>
    setting.setting.secret
      ? { setting, flag: `${flagOf(setting.name)}-file`, fromFile: true }
      : { setting, flag: flagOf(setting.name), fromFile: false },
  );
}

/** Reads the flags that were given, by their name with the dashes. The command line has refused unknown ones already. */
export function readFlags(
  given: Readonly<Record<string, string | undefined>>,
  settings: readonly NamedSetting[],
): SourceReading {
  const candidates: Candidate[] = [];
  for (const { setting, flag, fromFile } of flagsOf(settings)) {
    const value = given[flag];
    if (value !== undefined) {
      candidates.push({ setting, origin: { source: 'flag', detail: flag }, input: value, fromFile });
    }
  }
  return { candidates, problems: [] };
}
