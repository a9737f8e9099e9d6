import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { CredentialId } from '../contract/ids.ts';
import type { UsernameRevocations } from './revoked-usernames.ts';

/** An implementation, and those who keep it up to date: itself, or a supervisor and what it shares. */
export interface RevocationRig {
  readonly revocations: UsernameRevocations;
  add(id: CredentialId, expiresAt: UnixMs): void;
  forgetExpired(now: UnixMs): void;
}

function at(seconds: number): UnixMs {
  return (1_000 * seconds) as UnixMs;
}

/** What all `UsernameRevocations` do. `open` makes one that is empty. */
export function testUsernameRevocations(name: string, open: () => RevocationRig): void {
  /** Which of these are revoked. */
  const revokedOf = ({ revocations }: RevocationRig, ...ids: readonly string[]) =>
    ids.filter((id) => revocations.has(id as CredentialId));

  describe(`username revocations: ${name}`, () => {
    test('only what was added is revoked, whatever text it is', () => {
      const rig = open();
      const ids = ['1712345678:alice', 'é'.repeat(250)];
      assert.deepEqual(revokedOf(rig, ...ids), []);
      for (const id of ids) {
        rig.add(id as CredentialId, at(100));
      }
      assert.deepEqual(revokedOf(rig, ...ids, '1712345678:bob', 'é'.repeat(249), ''), ids);
    });

    test('a username is forgotten when its credential has expired, and not before', () => {
      const rig = open();
      rig.add('alice' as CredentialId, at(100));
      rig.add('bob' as CredentialId, at(200));
      rig.forgetExpired((at(100) - 1) as UnixMs);
      assert.deepEqual(revokedOf(rig, 'alice', 'bob'), ['alice', 'bob']);
      rig.forgetExpired(at(100));
      assert.deepEqual(revokedOf(rig, 'alice', 'bob'), ['bob']);
      rig.forgetExpired(at(200));
      assert.deepEqual(revokedOf(rig, 'alice', 'bob'), []);
    });

    test('an expiry within a second is the end of that second', () => {
      const rig = open();
      rig.add('alice' as CredentialId, (at(100) + 1) as UnixMs);
      rig.forgetExpired((at(101) - 1) as UnixMs);
      assert.deepEqual(revokedOf(rig, 'alice'), ['alice']);
    });

    test('an expiry in the farthest future is none in the past', () => {
      const rig = open();
      const ids = ['9999999999:alice', '4294967296:bob'];
      rig.add(ids[0] as CredentialId, at(9_999_999_999));
      rig.add(ids[1] as CredentialId, at(4_294_967_296));
      rig.forgetExpired(at(4_000_000_000));
      assert.deepEqual(revokedOf(rig, ...ids), ids);
    });

    test('the same one again is one, and forgotten once', () => {
      const rig = open();
      rig.add('alice' as CredentialId, at(100));
      rig.add('alice' as CredentialId, at(100));
      rig.forgetExpired(at(100));
      assert.deepEqual(revokedOf(rig, 'alice'), []);
    });

    test('each is found at once, however many there are, and nobody else is', () => {
      const rig = open();
      const count = 2_000;
      for (let i = 0; i < count; i += 1) {
        rig.add(`user ${i}` as CredentialId, at(1 + i));
        assert.deepEqual(revokedOf(rig, `user ${i}`, `user ${i + 1}`), [`user ${i}`]);
      }
      rig.forgetExpired(at(count - 100));
      const all = Array.from({ length: count }, (_, i) => `user ${i}`);
      assert.deepEqual(revokedOf(rig, ...all), all.slice(-100));
    });
  });
}
