import { stringify } from 'yaml';
import { describeOrigin } from './config-problem.ts';
import type { ResolvedSetting } from './resolve-config.ts';
import { yamlKeyOf } from './setting-names.ts';

/**
 * Every value and where it came from, as a YAML file that would set the same again. Secrets and settings without a
 * value are comments.
 */
export function printConfig(entries: readonly ResolvedSetting[]): string {
  const lines: string[] = [];
  let openGroup: string | undefined;
  for (const entry of entries) {
    const group = entry.path.length > 1 ? entry.path.slice(0, -1).map(yamlKeyOf).join('.') : undefined;
    if (group !== undefined && group !== openGroup) {
      lines.push(`${group}:`);
    }
    openGroup = group;
    lines.push(`${group === undefined ? '' : '  '}${printEntry(entry)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The same for programs: one object per setting, in the order of the reference. */
export function describeConfig(
  entries: readonly ResolvedSetting[],
): readonly { readonly name: string; readonly value: string | null; readonly from: string }[] {
  return entries.map(({ name, setting, value, origin }) => ({
    name,
    value: value === undefined ? null : setting.secret ? '(redacted)' : setting.format(value),
    from: describeOrigin(origin),
  }));
}

function printEntry({ path, setting, value, origin }: ResolvedSetting): string {
  const key = yamlKeyOf(path.at(-1) as string);
  if (value === undefined) {
    return `# ${key}: ${setting.fallbackText}`;
  }
  const from = describeOrigin(origin);
  return setting.secret
    ? `# ${key}: (redacted)  # ${from}`
    : `${key}: ${printValue(value, setting.format(value))}  # ${from}`;
}

/** One scalar on one line, quoted where YAML needs it, as for a text of digits; only an empty list has no text. */
function printValue(value: unknown, text: string): string {
  return text === '' ? '[]' : stringify(typeof value === 'number' ? value : text, { lineWidth: 0 }).trimEnd();
}
