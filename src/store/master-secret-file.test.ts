import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MASTER_SECRET_FILE, MasterSecretFile } from './master-secret-file.ts';

const root = await mkdtemp(join(tmpdir(), 'taciturn-secret-'));
after(() => rm(root, { recursive: true, force: true }));

test('a missing master secret is nothing, a written one is its owner’s alone', async () => {
  const file = new MasterSecretFile(root);
  assert.equal(await file.read(), undefined);
  await file.write('secret\n');
  assert.equal(await file.read(), 'secret\n');
  assert.equal((await stat(file.path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(root), [MASTER_SECRET_FILE], 'no draft is left');
});

test('a master secret that cannot be read or written is refused with what to do', async () => {
  const folder = join(root, 'odd');
  await mkdir(join(folder, MASTER_SECRET_FILE), { recursive: true });
  const file = new MasterSecretFile(folder);
  await assert.rejects(file.read(), { name: 'StoreError', code: 'folder-not-writable' });
  await assert.rejects(file.write('x'), { name: 'StoreError', code: 'folder-not-writable' });
});
