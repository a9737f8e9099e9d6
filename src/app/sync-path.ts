import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Has the disk keep a file, or a folder's names. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
