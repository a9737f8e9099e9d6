import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkSqlite } from '../store/copy-sqlite.ts';
import { endPersonSessions } from '../store/end-person-sessions.ts';
import { toFolderError } from '../store/folder-errors.ts';
import { SQLITE_FILE } from '../store/open-sqlite.ts';
import { SIDE_FILES } from './back-up.ts';
import { type BackupManifest, readManifest } from './backup-manifest.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { syncPath } from './sync-path.ts';

/** The log goes with its database: SQLite would apply one that was left behind to whatever database lies beside it. */
const DATABASE_FILES = [SQLITE_FILE, `${SQLITE_FILE}-wal`, `${SQLITE_FILE}-shm`] as const;

export interface Restored {
  readonly manifest: BackupManifest;
  /** Where what was in the data folder lies now; undefined where nothing was. */
  readonly replaced: string | undefined;
}

/**
 * Puts a backup into a data folder that no service uses, which is made if it is missing. What was there is moved aside, and
 * kept; whoever was signed in when it was taken is not any more.
 * Everything is checked and copied before the first file is moved, and a crash leaves each file in one place or the other.
 * @throws {BackupError | StoreError | StartError}
 */
export async function restore(backup: string, data: string, now: Date): Promise<Restored> {
  const manifest = await readManifest(backup);
  checkSqlite(join(backup, SQLITE_FILE));
  const unlock = lockDataFolder(data);
  try {
    const draft = join(data, 'restoring');
    copyAll(backup, draft, manifest);
    endPersonSessions(join(draft, SQLITE_FILE));
    syncPath(join(draft, SQLITE_FILE));
    const replaced = moveAside(data, `replaced-${now.toISOString().replaceAll(':', '-')}`);
    moveIn(draft, data, manifest);
    return { manifest, replaced };
  } catch (error) {
    throw toFolderError(error, data);
  } finally {
    unlock();
  }
}

function copyAll(backup: string, draft: string, { files }: BackupManifest): void {
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  for (const { name } of files) {
    const copy = join(draft, name);
    copyFileSync(join(backup, name), copy);
    // Archives and copies lose modes.
    chmodSync(copy, 0o600);
    syncPath(copy);
  }
}

function moveAside(data: string, name: string): string | undefined {
  const found = [...DATABASE_FILES, ...SIDE_FILES].filter((file) => existsSync(join(data, file)));
  if (found.length === 0) {
    return undefined;
  }
  const replaced = join(data, name);
  mkdirSync(replaced, { mode: 0o700 });
  for (const file of found) {
    renameSync(join(data, file), join(replaced, file));
  }
  return replaced;
}

/** The database last: a start that finds none makes a new one, with the secret that it finds. */
function moveIn(draft: string, data: string, { files }: BackupManifest): void {
  const names = files.map(({ name }) => name).filter((name) => name !== SQLITE_FILE);
  for (const name of [...names, SQLITE_FILE]) {
    renameSync(join(draft, name), join(data, name));
  }
  rmSync(draft, { recursive: true });
  syncPath(data);
}
