import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SQLITE_FILE } from '../../src/store/open-sqlite.ts';
import { type ClientPair, connectPair, relayOnce } from '../support/loopback-clients.ts';
import { Service, type TestKey } from '../support/service.ts';
import { readUsageTotals } from '../support/usage-totals.ts';
import { waitFor } from '../support/wait-for.ts';

const DISK_BYTES = 4 * 1024 * 1024;
const TINY_DISK_BYTES = 32 * 1024;

let folder: string;
let service: Service;
let key: TestKey;
let pair: ClientPair;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taciturn-disk-'));
  service = await Service.start({ data: folder, diskBytes: DISK_BYTES });
  key = await service.createKey();
  pair = await connectPair(service, key);
});

after(async () => {
  await Promise.all((pair?.clients ?? []).map((client) => client.close()));
  await service?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The service's own disk, seen from outside of its mount namespace. */
function diskPath(name: string): string {
  return join('/proc', String(service.pid), 'root', folder, name);
}

test('a full disk stops what must be written, not the relay; afterwards usage is complete', async () => {
  fillDisk();
  await relayOnce(pair);
  await waitFor('the word about usage', () =>
    service.stderr.split('\n').some((line) => line.includes('usage could not be stored') && /full/.test(line)),
  ).catch((error) => {
    throw new Error(`the log says nothing about the disk\n${service.output}`, { cause: error });
  });

  // Nothing is written to issue a credential, or to relay.
  await relayOnce(pair);
  await service.generateCredential(key);
  const refused = await service.call('POST', '/client/v4/accounts/default/calls/turn_keys');
  assert.equal(refused.status, 503);
  assert.equal((await fetch(`${service.url}/healthz`)).status, 200);

  rmSync(diskPath('filler'));
  await service.createKey('once there is room again');
  await relayOnce(pair);
  const [{ username }] = pair.credentials;
  await waitFor(
    'the usage of all that was relayed',
    () => readUsageCopy(username) === pair.clients[0].traffic.sentBytes,
    40_000,
  );
});

test('a disk that is full at the start stops the start with one sentence', async () => {
  const tiny = await Service.launch({ diskBytes: TINY_DISK_BYTES });
  try {
    assert.equal(await tiny.waitForExit(), 1, tiny.output);
    assert.match(tiny.stderr, /^taciturn: The disk [^\n]* is full, so the service cannot start\.[^\n]*\n$/);
  } finally {
    await tiny.end();
  }
});

/** SQLite follows the link of `/proc` out of the namespace, so it is given copies of the files. */
function readUsageCopy(username: string): number {
  const copy = mkdtempSync(join(tmpdir(), 'taciturn-copy-'));
  try {
    for (const name of [SQLITE_FILE, `${SQLITE_FILE}-wal`]) {
      copyFileSync(diskPath(name), join(copy, name));
    }
    return readUsageTotals(copy, username).ingressBytes;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Writes until nothing fits any more, in ever smaller pieces. */
function fillDisk(): void {
  for (const length of [1024 * 1024, 64 * 1024, 4096]) {
    while (canAppend(Buffer.alloc(length, 1))) {
      // There is still room.
    }
  }
}

function canAppend(bytes: Buffer): boolean {
  try {
    appendFileSync(diskPath('filler'), bytes);
    return true;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    return false;
  }
}
