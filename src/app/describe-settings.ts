import type { ResolvedSetting } from '../config/resolve-config.ts';
import { variableOf } from '../config/setting-names.ts';
import type { SettingReading } from '../http/service-readings.ts';

/** Every setting with its value and where that came from, and nothing secret. */
export function describeSettings(entries: readonly ResolvedSetting[]): readonly SettingReading[] {
  return entries.map((entry) => ({
    name: entry.name,
    value: describeValue(entry),
    isSecret: entry.setting.secret,
    source: entry.origin.source,
    origin: entry.origin.source === 'default' ? undefined : entry.origin.detail,
    fallback: entry.setting.fallbackText,
    description: entry.setting.description,
    variable: variableOf(entry.name),
  }));
}

function describeValue({ setting, value }: ResolvedSetting): string | undefined {
  if (setting.secret) {
    return value === undefined ? 'not set' : 'set';
  }
  return value === undefined ? undefined : setting.format(value);
}
