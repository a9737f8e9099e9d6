import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook as Verifier } from 'standardwebhooks';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import { StillClock } from './control.test-support.ts';
import { deriveWebhookSecret, signWebhook } from './webhook-secret.ts';

const id = 'ab'.repeat(16);
const present = deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(1));
const former = deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(2));
const payload = '{"type":"webhook.test","timestamp":"2026-01-31T00:00:00.000Z","data":{"name":"ünïcødé"}}';

/** Which of these secrets the reference verifier accepts a delivery under. */
function acceptedUnder(secrets: readonly string[], previousSecretUntil?: number): readonly number[] {
  const ports = { hashes: nodeHashes, installationKeys: [present, former], clock: new StillClock() } as const;
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const webhook = { id, secretGeneration: 2, previousSecretUntil: previousSecretUntil as UnixMs | undefined };
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signWebhook(ports, webhook, { id: 'msg_1', timestampSeconds, payload }),
  };
  return secrets.flatMap((secret, place) => {
    try {
      assert.deepEqual(new Verifier(secret).verify(payload, headers), JSON.parse(payload));
      return [place];
    } catch {
      return [];
    }
  });
}

const secrets = [
  deriveWebhookSecret(nodeHashes, present, id, 2),
  deriveWebhookSecret(nodeHashes, present, id, 1),
  deriveWebhookSecret(nodeHashes, former, id, 2),
  deriveWebhookSecret(nodeHashes, present, 'cd'.repeat(16), 2),
];

test('a secret has the form of Standard Webhooks, and each webhook and generation its own', () => {
  assert.match(secrets[0] ?? '', /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(new Set(secrets).size, secrets.length);
});

test('the reference verifier accepts the present secret, also that of a former master secret', () => {
  assert.deepEqual(acceptedUnder(secrets), [0, 2]);
});

test('and the secret before a roll, until its overlap is over', () => {
  const now = new StillClock().unixNow();
  assert.deepEqual(acceptedUnder(secrets, now + 1), [0, 1, 2]);
  assert.deepEqual(acceptedUnder(secrets, now), [0, 2]);
});
