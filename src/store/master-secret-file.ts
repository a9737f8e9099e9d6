import { constants } from 'node:fs';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SecretFile } from '../control/secret-file.ts';
import { toFolderError } from './folder-errors.ts';

/** The file's name in the data folder. It is no part of the database, so that a copy of that reveals no credential. */
export const MASTER_SECRET_FILE = 'master-secret';

/** The master secret of a data folder, which exists already. */
export class MasterSecretFile implements SecretFile {
  readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, MASTER_SECRET_FILE);
  }

  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return undefined;
      }
      throw toFolderError(error, dirname(this.path));
    }
  }

  /** Written under another name and renamed, so that a crash never leaves half a secret. */
  async write(text: string): Promise<void> {
    const draft = `${this.path}.new`;
    try {
      await writeDurably(draft, text);
      await rename(draft, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      throw toFolderError(error, dirname(this.path));
    }
  }
}

/** `O_SYNC` instead of `fsync`, which Node's permission model refuses, as it refuses `fchmod`. */
const DURABLE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_SYNC;

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, DURABLE, 0o600);
  try {
    // A draft that a crash left may have another mode.
    await chmod(path, 0o600);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/**
 * Makes the new name durable. Under the permission model nothing can: there SQLite does it, when its next transaction
 * in the same folder syncs the folder for its journal.
 */
async function syncFolder(path: string): Promise<void> {
  if (process.permission !== undefined) {
    return;
  }
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
