import { readFileSync } from 'node:fs';

/** The package's own version. Its file lies two folders up from here, in the source and in the build alike. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
