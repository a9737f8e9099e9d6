import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { SQLITE_FILE } from '../store/open-sqlite.ts';
import { BackupError } from './backup-error.ts';

/** Written last: a backup without it was not finished. */
export const MANIFEST_FILE = 'backup.json';

const manifestSchema = Type.Object({
  format: Type.Literal('taciturn-backup-1'),
  /** RFC 3339. */
  takenAt: Type.String(),
  /** The version that took it. */
  taciturn: Type.String(),
  files: Type.Array(
    Type.Object({
      name: Type.String({ pattern: '^[a-z][a-z.-]*$' }),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
});

/** What a backup holds, and how to tell that it is whole. */
export type BackupManifest = Static<typeof manifestSchema>;
export type BackupFile = BackupManifest['files'][number];

/**
 * The manifest of a folder, every file of which is as it was written.
 * @throws {BackupError} when the folder is no finished backup, or a file of it is missing or another.
 */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const manifest = parseManifest(folder);
  for (const { name, sha256 } of manifest.files) {
    if ((await hashFile(join(folder, name)).catch(() => undefined)) !== sha256) {
      throw new BackupError(
        `The file ${name} of the backup ${folder} is missing, or not as it was written. Nothing was restored: take another backup.`,
      );
    }
  }
  return manifest;
}

function parseManifest(folder: string): BackupManifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
  } catch (error) {
    throw new BackupError(
      `${folder} is no finished backup: its ${MANIFEST_FILE} is missing or cannot be read. Name a folder that \`taciturn backup\` made.`,
      { cause: error },
    );
  }
  if (!Check(manifestSchema, manifest) || !manifest.files.some(({ name }) => name === SQLITE_FILE)) {
    throw new BackupError(
      `The ${MANIFEST_FILE} of ${folder} is none that this version understands. Restore with the version that took it, or a newer one.`,
    );
  }
  return manifest;
}

/** SHA-256, in hexadecimal digits. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
