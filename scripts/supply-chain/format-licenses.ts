import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/root.mjs';
import type { LockedPackage } from './read-lock.ts';

const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/**
 * The licences of what is shipped, as Markdown: a table, then the text that each package brings, which most licences ask
 * to be passed on. Equal texts are printed once.
 */
export function formatLicenses(packages: readonly LockedPackage[]): string {
  const shipped = packages.filter(({ isDevelopment, isOurs }) => !isDevelopment && !isOurs);
  const rows = shipped.map(({ name, version, license = 'none named' }) => `| ${name} | ${version} | ${license} |`);
  const texts = Map.groupBy(shipped, ({ path }) => readLicenseText(path));
  const sections = [...texts].map(([text, owners]) => {
    const names = owners.map(({ name, version }) => `${name} ${version}`).join(', ');
    return `## ${names}\n\n${text === '' ? 'No text is in the package, or it is not installed on this platform.' : indent(text)}`;
  });
  const table = ['| package | version | licence |', '|---|---|---|', ...rows].join('\n');
  return `# Licences of the packages that Taciturn runs with\n\n${table}\n\n${sections.join('\n\n')}\n`;
}

function readLicenseText(path: string): string {
  const folder = join(root, path);
  if (!existsSync(folder)) {
    return '';
  }
  const files = readdirSync(folder).filter((name) => LICENSE_FILE.test(name));
  return files
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n');
}

/** As a block of code, so that no mark-up of a text is taken for ours. */
function indent(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/^(?=.)/gm, '    ');
}
