import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and the ones above it that are missing, each for its owner alone. Node's own recursive `mkdir` never
 * ends where the system says of an existing folder's child that it does not exist, as `/proc` does.
 * @throws what the system says of the first folder that cannot be made.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!exists(folder) && folder !== dirname(folder)) {
    missing.push(folder);
    folder = dirname(folder);
  }
  for (const each of missing.reverse()) {
    mkdirSync(each, { mode: 0o700 });
  }
}

/** Whether something is there, be it a folder or not: what is none is found out when something is made in it. */
function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
