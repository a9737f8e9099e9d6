import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Cloudflare from 'cloudflare';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const account = { account_id: 'default' };

let installation: HttpInstallation;
let client: Cloudflare;

function connect(apiToken: string): Cloudflare {
  return new Cloudflare({ apiToken, baseURL: `${installation.url}/client/v4`, maxRetries: 0 });
}

before(async () => {
  installation = await startHttpInstallation();
  client = connect(ADMIN_TOKEN);
});

after(() => installation.stop());

test('the official client makes, lists, reads, renames and deletes keys', async () => {
  const created = await client.calls.turn.create({ ...account, name: 'first' });
  assert.match(created.uid as string, /^[0-9a-f]{32}$/);
  assert.match(created.key as string, /^[0-9a-f]{64}$/);
  const keyId = created.uid as string;
  const second = await client.calls.turn.create({ ...account });

  const page = await client.calls.turn.list(account);
  assert.equal(page.result.length, 2);
  const uids: unknown[] = [];
  for await (const item of client.calls.turn.list(account)) {
    uids.push((item as { uid: string }).uid);
  }
  assert.deepEqual(uids.toSorted(), [keyId, second.uid].toSorted());

  const read = await client.calls.turn.get(keyId, account);
  assert.equal(read.name, 'first');
  const renamed = await client.calls.turn.update(keyId, { ...account, name: 'renamed' });
  assert.deepEqual(renamed, { ...read, name: 'renamed', modified: renamed.modified });
  assert.deepEqual(await client.calls.turn.delete(keyId, account), renamed);
});

test('the official client iterates over as many keys as an account may have', async () => {
  const uids = new Set<string>();
  for (let n = 0; n < 60; n += 1) {
    uids.add((await client.calls.turn.create(account)).uid as string);
  }
  for await (const item of client.calls.turn.list(account)) {
    uids.delete((item as { uid: string }).uid);
  }
  assert.equal(uids.size, 0);
});

test('failures are the classes that the official client has for them', async () => {
  const turn = client.calls.turn;
  await assert.rejects(turn.get('f'.repeat(32), account), (error) => {
    assert.ok(error instanceof Cloudflare.NotFoundError);
    assert.equal(error.status, 404);
    assert.equal(error.errors[0]?.code, 2009);
    return true;
  });
  await assert.rejects(turn.list({ account_id: 'nobody' }), Cloudflare.NotFoundError);
  await assert.rejects(turn.create({ ...account, name: 'x'.repeat(257) }), Cloudflare.BadRequestError);
  await assert.rejects(connect('wrong').calls.turn.list(account), (error) => {
    assert.ok(error instanceof Cloudflare.AuthenticationError);
    assert.equal(error.errors[0]?.code, 10000);
    return true;
  });
});

test('the official client verifies a token', async () => {
  const verified = await client.user.tokens.verify();
  assert.equal(verified?.status, 'active');
});
