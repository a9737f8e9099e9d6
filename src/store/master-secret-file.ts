import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SecretFile } from '../control/ports.ts';
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

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
