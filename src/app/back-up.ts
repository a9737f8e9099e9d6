import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSqlite, copySqlite } from '../store/copy-sqlite.ts';
import { toFolderError } from '../store/folder-errors.ts';
import { makeFolder } from '../store/make-folder.ts';
import { MASTER_SECRET_FILE } from '../store/master-secret-file.ts';
import { SQLITE_FILE } from '../store/open-sqlite.ts';
import { BackupError } from './backup-error.ts';
import { type BackupFile, type BackupManifest, hashFile, MANIFEST_FILE } from './backup-manifest.ts';
import { syncPath } from './sync-path.ts';
import { readVersion } from './version.ts';

/** What the data folder holds beside the database. Where a setting takes the place of one, it is not there. */
export const SIDE_FILES = [MASTER_SECRET_FILE, 'self-signed.crt', 'self-signed.key'] as const;

/**
 * Copies what a data folder holds into another folder, while a service may be using it. The copy can issue and decrypt every
 * credential, as the original can: it is made for its owner alone.
 * @throws {BackupError | StoreError}
 */
export async function backUp(data: string, target: string, now: Date): Promise<BackupManifest> {
  const database = join(data, SQLITE_FILE);
  if (!existsSync(database)) {
    throw new BackupError(
      `There is no database in ${data}, so there is nothing to back up. Name the data folder with --data (TACITURN_DATA).`,
    );
  }
  makeEmptyFolder(target);
  try {
    copySqlite(database, join(target, SQLITE_FILE));
    checkSqlite(join(target, SQLITE_FILE));
    const sideFiles = SIDE_FILES.filter((name) => existsSync(join(data, name)));
    for (const name of sideFiles) {
      copyFileSync(join(data, name), join(target, name));
    }
    const files = await Promise.all([SQLITE_FILE, ...sideFiles].map((name) => describeFile(target, name)));
    const manifest: BackupManifest = {
      format: 'taciturn-backup-1',
      takenAt: now.toISOString(),
      taciturn: readVersion(),
      files,
    };
    writeFileSync(join(target, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    syncPath(target);
    return manifest;
  } catch (error) {
    throw toFolderError(error, target);
  }
}

function makeEmptyFolder(path: string): void {
  try {
    makeFolder(path);
    if (readdirSync(path).length === 0) {
      return;
    }
  } catch (error) {
    throw toFolderError(error, path);
  }
  throw new BackupError(`The folder ${path} is not empty, and a backup replaces nothing. Name a new folder.`);
}

async function describeFile(folder: string, name: string): Promise<BackupFile> {
  const path = join(folder, name);
  syncPath(path);
  return { name, bytes: statSync(path).size, sha256: await hashFile(path) };
}
