import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeUsername, deriveCredential } from '../contract/credential.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { issueCredential } from './issue-credential.ts';

describe('issueCredential', async () => {
  const { ports, clock, close } = await openTestControl({ maxTtlSeconds: 3_600 });
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const day = await openTestControl();
  const issuedFor = (ttlSeconds: unknown) => {
    const { expiresAt } = issueCredential(ports, key, { ttlSeconds });
    return (expiresAt - Math.ceil(clock.unixNow() / 1000) * 1000) / 1000;
  };

  test('answers in Cloudflare’s shape: 96 hexadecimal digits each', () => {
    const { username, credential } = issueCredential(ports, key, {});
    assert.match(username, /^[0-9a-f]{96}$/);
    assert.match(credential, /^[0-9a-f]{96}$/);
  });

  test('says in the username what a relay must know, and the credential fits it', () => {
    const issued = issueCredential(ports, key, { ttlSeconds: 60, customIdentifier: 'user4523958' });
    const [keys] = ports.installationKeys;
    assert.deepEqual(decodeUsername(ports.hashes, ports.installationKeys, issued.username), {
      keyUid: key.uid,
      issuedAt: clock.unixNow(),
      expiresAt: issued.expiresAt,
      customIdentifier: 'user4523958',
      keys,
    });
    assert.equal(issued.credential, deriveCredential(ports.hashes, keys, key.uid, issued.username));
  });

  test('lives at least as long as was asked for, and less than a second more', () => {
    clock.advance(333);
    const { expiresAt } = issueCredential(ports, key, { ttlSeconds: 1 });
    const lifetimeMs = expiresAt - clock.unixNow();
    assert.ok(lifetimeMs >= 1_000 && lifetimeMs < 2_000);
    assert.equal(expiresAt % 1000, 0);
  });

  test('lives a day when nothing was asked for, and never longer than allowed', () => {
    assert.equal(issuedFor(1), 1);
    assert.equal(issuedFor(3_600), 3_600);
    assert.equal(issuedFor(3_601), 3_600);
    assert.equal(issuedFor(864_000), 3_600);
    assert.equal(issuedFor(1e308), 3_600);
    assert.equal(issuedFor(undefined), 3_600);
    const { expiresAt } = issueCredential(day.ports, key, {});
    assert.equal(Math.floor((expiresAt - day.clock.unixNow()) / 1000), 86_400);
  });

  test('refuses a lifetime that is no whole number of seconds', () => {
    for (const ttlSeconds of [0, -1, 1.5, -0, Number.NaN, Number.POSITIVE_INFINITY, '60', null, true, [60], {}]) {
      assert.throws(() => issueCredential(ports, key, { ttlSeconds }), {
        name: 'ControlError',
        code: 'invalid-ttl',
        pointer: '/ttl',
      });
    }
  });

  test('takes a custom identifier of at most 64 bytes', () => {
    for (const customIdentifier of ['', 'x'.repeat(64), '😀'.repeat(16), '<b>', '\u202e']) {
      const { username } = issueCredential(ports, key, { customIdentifier });
      const claims = decodeUsername(ports.hashes, ports.installationKeys, username);
      assert.equal(claims?.customIdentifier, customIdentifier);
    }
    for (const customIdentifier of ['x'.repeat(65), '😀'.repeat(17), '\ud800', 'a\0b', 5, null, {}, ['a']]) {
      assert.throws(() => issueCredential(ports, key, { customIdentifier }), {
        code: 'invalid-custom-identifier',
        pointer: '/customIdentifier',
      });
    }
  });

  test('never throws anything but a refusal, whatever the members are', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (ttlSeconds, customIdentifier) => {
        try {
          const { username } = issueCredential(ports, key, { ttlSeconds, customIdentifier });
          assert.ok(decodeUsername(ports.hashes, ports.installationKeys, username));
        } catch (error) {
          assert.equal((error as Error).name, 'ControlError');
        }
      }),
    );
  });

  test('gives two requests two credentials', () => {
    const usernames = new Set(Array.from({ length: 1_000 }, () => issueCredential(ports, key, {}).username));
    assert.equal(usernames.size, 1_000);
  });

  test('needs no database', async () => {
    await day.close();
    await close();
    assert.ok(issueCredential(ports, key, {}).credential);
  });
});
