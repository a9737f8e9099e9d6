import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SQLITE_FILE } from '../../src/store/open-sqlite.ts';

const CREDENTIAL_AGE_MS = 30 * 86_400_000;

/** Adds so many revoked usernames of one key to the database of a service that does not run: what a month may leave there. */
export function fillRevocations(data: string, keyUid: string, count: number): void {
  const database = new DatabaseSync(join(data, SQLITE_FILE));
  try {
    const insert = database.prepare(
      'insert into username_revocations (username, key_uid, expires_at, revoked_at) values (?, ?, ?, ?)',
    );
    const now = Date.now();
    database.exec('begin immediate');
    for (let i = 0; i < count; i += 1) {
      const expiresAt = Math.ceil((now + ((i + 1) / count) * CREDENTIAL_AGE_MS) / 1_000 + 3_600) * 1_000;
      insert.run(randomBytes(48).toString('hex'), keyUid, expiresAt, now);
    }
    database.exec('commit');
  } finally {
    database.close();
  }
}
