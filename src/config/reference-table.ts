import { FILE_VARIABLE_SUFFIX, flagOf, listSettings, type NamedSetting, variableOf } from './setting-names.ts';
import { settings } from './settings.ts';

const TABLE_START = '<!-- The table is written by scripts/emit-config-reference.ts -->';
const TABLE_END = '<!-- The end of the table -->';

/** The Markdown page of the reference with the table of today's settings in its place. */
export function insertReferenceTable(page: string): string {
  const [before, rest = ''] = page.split(TABLE_START, 2);
  const after = rest.split(TABLE_END, 2)[1] ?? '';
  return `${before}${TABLE_START}\n${renderReferenceTable()}\n${TABLE_END}${after}`;
}

function renderReferenceTable(): string {
  const rows = listSettings(settings).map(renderRow);
  return ['| setting | environment and flag | default | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

function renderRow({ name, setting }: NamedSetting): string {
  const variable = variableOf(name);
  const variables =
    setting.fileVariant === 'none' ? `\`${variable}\`` : `\`${variable}\`, \`${variable}${FILE_VARIABLE_SUFFIX}\``;
  const flag = setting.secret ? `${flagOf(name)}-file` : flagOf(name);
  const cells = [
    `\`${name}\``,
    `${variables}<br>\`${flag}\``,
    setting.fallbackText,
    `${setting.description} Takes ${setting.expected}.`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
