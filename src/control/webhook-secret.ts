import { concatBytes, encodeUtf8 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import type { InstallationKeys } from '../contract/credential.ts';
import type { ControlPorts } from './ports.ts';
import type { Webhook } from './webhook.ts';

const SECRET_BYTES = 32;

/**
 * The secret of one generation of a webhook, as Standard Webhooks writes it: `whsec_` and base64. It follows from a master
 * secret, so that the database holds nothing that a delivery could be forged with.
 */
export function deriveWebhookSecret(hashes: Hashes, keys: InstallationKeys, id: string, generation: number): string {
  return `whsec_${Buffer.from(deriveKey(hashes, keys, id, generation)).toString('base64')}`;
}

/**
 * The `webhook-signature` of a delivery: one signature for each secret that a receiver may hold. Those are the present one, for a
 * while after a roll the one before it, and both of these under each master secret that is still accepted.
 */
export function signWebhook(
  ports: Pick<ControlPorts, 'hashes' | 'installationKeys' | 'clock'>,
  webhook: Pick<Webhook, 'id' | 'secretGeneration' | 'previousSecretUntil'>,
  message: { readonly id: string; readonly timestampSeconds: number; readonly payload: string },
): string {
  const { hashes, installationKeys, clock } = ports;
  const { id, secretGeneration, previousSecretUntil } = webhook;
  const isOverlapping = previousSecretUntil !== undefined && clock.unixNow() < previousSecretUntil;
  const generations = isOverlapping ? [secretGeneration, secretGeneration - 1] : [secretGeneration];
  const content = encodeUtf8(`${message.id}.${message.timestampSeconds}.${message.payload}`);
  return generations
    .flatMap((generation) => installationKeys.map((keys) => deriveKey(hashes, keys, id, generation)))
    .map((key) => `v1,${Buffer.from(hashes.hmacSha256(key, content)).toString('base64')}`)
    .join(' ');
}

function deriveKey(hashes: Hashes, { master }: InstallationKeys, id: string, generation: number): Uint8Array {
  const info = concatBytes(encodeUtf8('taciturn webhook secret'), encodeUtf8(`${id}.${generation}`));
  return hashes.hkdfSha256(master, info, SECRET_BYTES);
}
