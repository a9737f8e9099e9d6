import assert from 'node:assert/strict';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/run-program.ts';
import { Service } from '../support/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-damage-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const data = join(folder, 'data');
const backup = join(folder, 'backup');
mkdirSync(data);

/** Overwrites every page but the first, which SQLite reads when it opens the file. */
function damageDatabase(): void {
  const file = join(data, 'taciturn.sqlite');
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(statSync(file).size - 4_096, 0x5a), 0, undefined, 4_096);
  closeSync(descriptor);
}

test('a service whose database is damaged refuses to start, and goes on from a backup taken while it ran', async () => {
  const first = await Service.start({ data });
  const key = await first.createKey('kept');
  const credential = await first.generateIceServers(key);
  const busy = { isOver: false };
  const churn = (async () => {
    while (!busy.isOver) {
      await first.createKey('churn');
    }
  })();
  const taken = await runCli(['backup', backup, '--data', data]);
  busy.isOver = true;
  await churn;
  assert.equal(taken.code, 0, taken.output);
  assert.match(taken.stdout, /taciturn\.sqlite {2}\d+ bytes[\s\S]*keep it as you keep a private key/);

  const early = await runCli(['restore', backup, '--data', data]);
  assert.equal(early.code, 1);
  assert.match(early.stderr, /Another instance serves from the data folder/);
  await first.stop();

  damageDatabase();
  const refused = await Service.launch({ data, ports: first.ports });
  assert.equal(await refused.waitForExit(), 1);
  assert.match(refused.stderr, /database is damaged[\s\S]*taciturn restore/);

  const restored = await runCli(['restore', backup, '--data', data]);
  assert.equal(restored.code, 0, restored.output);
  assert.match(restored.stdout, /What was there lies in .*replaced-[\s\S]*revoke again what must not be used/);

  const again = await Service.start({ data, ports: first.ports });
  try {
    const { username = '' } = credential.iceServers[1] ?? {};
    await again.generateIceServers(key);
    const path = `/v1/turn/keys/${key.uid}/credentials/${username}/revoke`;
    assert.equal((await again.call('POST', path, key.token)).status, 204, 'the key and the secret are the same');
  } finally {
    await again.end();
  }
});
