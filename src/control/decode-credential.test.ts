import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { decodeCredential } from './decode-credential.ts';
import { deleteKey } from './delete-key.ts';
import { issueCredential } from './issue-credential.ts';
import { FakeWorker, lendWorkers } from './live-workers.test-support.ts';
import { revokeCredential } from './revoke-credential.ts';
import { revokeCredentials } from './revoke-credentials.ts';

const NOT_FOUND = { name: 'ControlError', code: 'username-not-found' };

describe('decodeCredential', () => {
  test('tells what the username says, and how many allocations it has', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const issuedAt = clock.unixNow();
    const { username, expiresAt } = issueCredential(ports, key, { ttlSeconds: 60, customIdentifier: 'me' });
    const worker = new FakeWorker();
    worker.begin();
    worker.begin();
    const silent = new FakeWorker();
    silent.isAnswering = false;
    const live = lendWorkers(worker, silent);
    assert.deepEqual(await decodeCredential({ ...ports, live }, ACCOUNT, username), {
      keyUid: key.uid,
      customIdentifier: 'me',
      issuedAt,
      expiresAt,
      isRevoked: false,
      liveAllocations: 2,
      missing: [1],
    });
    const query = worker.asked[0]?.kind === 'read' ? worker.asked[0].query : undefined;
    assert.deepEqual(query?.filter, { keyUid: key.uid, username });
    assert.equal(query?.accountId, ACCOUNT);
  });

  test('tells of a revocation, of it alone or of many', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const issueTo = (customIdentifier: string) => issueCredential(ports, key, { customIdentifier }).username;
    const [alone, withOthers, spared] = [issueTo('a'), issueTo('b'), issueTo('c')];
    await revokeCredential(ports, BY, key, alone);
    await revokeCredentials(ports, BY, key, { customIdentifier: 'b' });
    clock.advance(1_000);
    const later = issueTo('b');
    const read = async (username: string) => (await decodeCredential(ports, ACCOUNT, username)).isRevoked;
    assert.deepEqual(
      [await read(alone), await read(withOthers), await read(spared), await read(later)],
      [true, true, false, false],
    );
  });

  test('knows none of another account, of a deleted key, or that nobody issued', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { key: foreign } = await createKey(ports, BY, OTHER_ACCOUNT, {});
    const { username } = issueCredential(ports, key, {});
    const strangers = [issueCredential(ports, foreign, {}).username, '0'.repeat(96), '', '1700000000:me', '\ud800'];
    for (const stranger of strangers) {
      await assert.rejects(decodeCredential(ports, ACCOUNT, stranger), NOT_FOUND);
    }
    await deleteKey(ports, BY, ACCOUNT, key.uid);
    await assert.rejects(decodeCredential(ports, ACCOUNT, username), NOT_FOUND);
  });
});
