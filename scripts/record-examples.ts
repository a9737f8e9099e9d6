/**
 * Writes `api/examples`: requests of each kind, with what the API answers. Time and randomness are made up, so that a
 * test can replay them and expect the very same answers.
 *
 *     node scripts/record-examples.ts
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import {
  EXAMPLES_FOLDER,
  type ExampleRequest,
  type ExampleResponse,
  startExampleInstallation,
} from '../test/support/api-example.ts';
import { ADMIN_TOKEN } from '../test/support/http-installation.ts';
import { recordConnectionTestExamples } from './record-connection-test-examples.ts';
import { recordLiveExamples } from './record-live-examples.ts';
import { recordPeople } from './record-people-examples.ts';
import { recordTokenExamples } from './record-token-examples.ts';

const KEYS = '/client/v4/accounts/default/calls/turn_keys';
const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };

const { installation, answer } = await startExampleInstallation();
await rm(EXAMPLES_FOLDER, { recursive: true, force: true });
await mkdir(EXAMPLES_FOLDER);
let count = 0;

async function record(name: string, summary: string, request: ExampleRequest): Promise<ExampleResponse> {
  count += 1;
  const response = await answer(request);
  const file = new URL(`${String(count).padStart(3, '0')}-${name}.json`, EXAMPLES_FOLDER);
  await writeFile(file, `${JSON.stringify({ summary, request, response }, null, 2)}\n`);
  return response;
}

/** The installation has another key, which was used before the first example. */
async function recordKeys(): Promise<{ uid: string; key: string; usedUid: string }> {
  const created = await record('create-key', 'Make a TURN key. `key` is its API token, shown here only.', {
    method: 'POST',
    path: KEYS,
    headers: { ...admin, 'content-type': 'application/json' },
    body: { name: 'my-turn-key' },
  });
  const { uid, key } = (created.body as { result: { uid: string; key: string } }).result;
  const item = { path: `${KEYS}/${uid}`, headers: admin };
  const listed = await record('list-keys', 'List the TURN keys of an account, newest first.', {
    method: 'GET',
    path: KEYS,
    headers: admin,
  });
  const used = (listed.body as { result: readonly { uid: string }[] }).result.find((one) => one.uid !== uid);
  await record('read-key', 'Read one TURN key.', { method: 'GET', ...item });
  await record('rename-key', 'Rename a TURN key.', { method: 'PUT', ...item, body: { name: 'renamed' } });
  await record('verify-token', 'Verify the token of the management API.', {
    method: 'GET',
    path: '/client/v4/user/tokens/verify',
    headers: admin,
  });
  return { uid, key, usedUid: used?.uid ?? '' };
}

async function recordKeyFailures(uid: string): Promise<void> {
  await record('unknown-key', 'There is no such key.', {
    method: 'GET',
    path: `${KEYS}/${'f'.repeat(32)}`,
    headers: admin,
  });
  await record('unknown-account', 'There is no such account.', {
    method: 'GET',
    path: '/client/v4/accounts/nobody/calls/turn_keys',
    headers: admin,
  });
  await record('invalid-page', 'A page is a whole number from 1.', {
    method: 'GET',
    path: `${KEYS}?page=0`,
    headers: admin,
  });
  await record('invalid-name', 'A name is a string; the pointer tells the member at fault.', {
    method: 'PUT',
    path: `${KEYS}/${uid}`,
    headers: admin,
    body: { name: 1 },
  });
  await record('wrong-admin-token', 'The token is wrong.', {
    method: 'GET',
    path: KEYS,
    headers: { authorization: 'Bearer wrong' },
  });
  await record('malformed-authorization', 'The `Authorization` header field is no bearer token.', {
    method: 'GET',
    path: KEYS,
    headers: { authorization: 'wrong' },
  });
}

async function recordCredentials(uid: string, key: string): Promise<void> {
  const base = `/v1/turn/keys/${uid}/credentials`;
  const headers = { authorization: `Bearer ${key}` };
  const generated = await record('generate-ice-servers', 'Make a credential, for RTCPeerConnection as it is.', {
    method: 'POST',
    path: `${base}/generate-ice-servers`,
    headers: { ...headers, 'content-type': 'application/json' },
    body: { ttl: 86_400, customIdentifier: 'user4523958' },
  });
  const { iceServers } = generated.body as { iceServers: { username?: string }[] };
  const username = iceServers[1]?.username;
  await record('generate', 'Make a credential, with one list of URLs. An empty body is a lifetime of a day.', {
    method: 'POST',
    path: `${base}/generate`,
    headers,
  });
  await record('generate-clamped', 'A lifetime above the maximum is cut to it; `Credential-Expires` tells.', {
    method: 'POST',
    path: `${base}/generate`,
    headers,
    body: { ttl: 864_000 },
  });
  const revoke = { method: 'POST', headers };
  await record('revoke', 'Revoke a credential.', { ...revoke, path: `${base}/${username}/revoke` });
  const again = 'Revoke a credential by the older path; it is revoked already, which is no error.';
  await record('revoke-by-username', again, { ...revoke, path: `${base}/username/${username}/revoke` });
  await record('revoke-many', 'Revoke all credentials of one user that were issued before a moment.', {
    ...revoke,
    path: `${base}/revoke`,
    body: { customIdentifier: 'user4523958', issuedBefore: '2026-01-31T13:00:00+01:00' },
  });
  await recordCredentialFailures(base, headers);
}

async function recordCredentialFailures(base: string, headers: { authorization: string }): Promise<void> {
  const generate = { method: 'POST', path: `${base}/generate`, headers };
  await record('invalid-ttl', 'A lifetime is a whole number of seconds from 1.', { ...generate, body: { ttl: 0 } });
  await record('invalid-custom-identifier', 'A custom identifier has at most 64 bytes.', {
    ...generate,
    body: { customIdentifier: 'x'.repeat(65) },
  });
  await record('invalid-body', 'A body is a JSON object.', { ...generate, body: [] });
  await record('wrong-key-token', 'The token is not that of the key, or there is no such key.', {
    ...generate,
    headers: { authorization: 'Bearer wrong' },
  });
  await record('wrong-method', 'The path exists, but not for this method.', { ...generate, method: 'GET' });
  await record('unknown-username', 'The key did not issue this username.', {
    ...generate,
    path: `${base}/${'0'.repeat(96)}/revoke`,
  });
  await record('nothing-to-revoke', 'A revocation of many says which.', { ...generate, path: `${base}/revoke` });
}

async function recordAccounts(): Promise<void> {
  const path = '/client/v4/accounts';
  const created = await record('create-account', 'Make an account.', {
    method: 'POST',
    path,
    headers: admin,
    body: { name: 'a customer' },
  });
  const { id } = (created.body as { result: { id: string } }).result;
  await record('list-accounts', 'List the accounts that the token sees.', { method: 'GET', path, headers: admin });
  await record('read-account', 'Read an account.', { method: 'GET', path: `${path}/${id}`, headers: admin });
}

async function recordWebhooks(): Promise<void> {
  const path = '/client/v4/accounts/default/calls/webhooks';
  const url = 'https://app.example.com/webhooks/turn';
  const created = await record('create-webhook', 'Make a webhook. `secret` is what deliveries are signed with.', {
    method: 'POST',
    path,
    headers: admin,
    body: { url, events: ['allocation.ended', 'usage.threshold_reached'], thresholds: [1_000_000_000_000] },
  });
  const { id } = (created.body as { result: { id: string } }).result;
  const item = { path: `${path}/${id}`, headers: admin };
  await record('list-webhooks', 'List the webhooks of an account.', { method: 'GET', path, headers: admin });
  await record('test-webhook', 'Send a test event.', { method: 'POST', ...item, path: `${item.path}/test` });
  await record('roll-webhook', 'Give a webhook a new secret.', { method: 'POST', ...item, path: `${item.path}/roll` });
  await record('update-webhook', 'Disable a webhook.', { method: 'PUT', ...item, body: { enabled: false } });
  await record('read-webhook', 'Read a webhook, and how deliveries go.', { method: 'GET', ...item });
  await record('webhook-disabled', 'Nothing is sent to a webhook that is disabled.', {
    method: 'POST',
    ...item,
    path: `${item.path}/test`,
  });
  const create = { method: 'POST', path, headers: admin };
  await record('invalid-webhook-url', 'A webhook is sent to by https.', {
    ...create,
    body: { url: 'http://app.example.com/', events: ['allocation.ended'] },
  });
  await record('invalid-webhook-events', 'A webhook has at least one event.', { ...create, body: { url, events: [] } });
  await record('delete-webhook', 'Delete a webhook.', { method: 'DELETE', ...item });
  await record('unknown-webhook', 'There is no such webhook.', { method: 'GET', ...item });
}

async function recordAnalytics(): Promise<void> {
  const graphql = { method: 'POST', path: '/client/v4/graphql', headers: admin };
  const select = (account: string) => `query Usage($from: Date!, $to: Date!) {
  viewer {
    accounts(filter: { accountTag: "${account}" }) {
      callsTurnUsageAdaptiveGroups(
        limit: 10
        filter: { date_geq: $from, date_leq: $to }
        orderBy: [sum_egressBytes_DESC]
      ) {
        dimensions { customIdentifier }
        sum { egressBytes ingressBytes }
        avg { concurrentConnections }
      }
    }
  }
}`;
  const variables = { from: '2026-01-31', to: '2026-01-31' };
  await record('query-usage', 'Who used most, in GraphQL.', {
    ...graphql,
    body: { query: select('default'), variables },
  });
  await record('export-usage', 'Export usage by the day as CSV.', {
    method: 'GET',
    path: '/client/v4/accounts/default/calls/usage.csv?since=2026-01-31&until=2026-02-01&group_by=username',
    headers: admin,
  });
  await record('query-unknown-account', 'There is no such account, or the token may not see its usage.', {
    ...graphql,
    body: { query: select('nobody'), variables },
  });
  await record('invalid-query', 'The query is not one of the schema.', {
    ...graphql,
    body: { query: '{ viewer { zones } }' },
  });
}

async function recordAuditLog(uid: string): Promise<void> {
  const log = { method: 'GET', headers: admin };
  const path = '/client/v4/accounts/default/audit_logs';
  await record('audit-log-of-key', 'Who did what to one key, newest first.', {
    ...log,
    path: `${path}?resource.id=${uid}&per_page=2`,
  });
  await record('audit-log-of-installation', 'How the log of the whole installation begins.', {
    ...log,
    path: '/client/v4/user/audit_logs?direction=asc&per_page=3',
  });
  await record('invalid-filter', 'A filter that cannot be met is no filter that is ignored.', {
    ...log,
    path: `${path}?since=yesterday`,
  });
}

async function recordLimits(uid: string): Promise<void> {
  const account = { path: '/client/v4/accounts/default/calls/limits', headers: admin };
  const ofKey = { path: `${KEYS}/${uid}/limits`, headers: admin };
  await record('set-account-limits', 'Limit what an account may use; with the installation’s token alone.', {
    method: 'PUT',
    ...account,
    body: { allocations_per_account: 10_000, account_monthly_egress_hard_bytes: 5_000_000_000_000 },
  });
  await record('read-account-limits', 'Read the limits of an account.', { method: 'GET', ...account });
  await record('set-key-limits', 'Limit what a TURN key may use, within its account’s limits.', {
    method: 'PUT',
    ...ofKey,
    body: { allocations_per_custom_identifier: 4, allocation_bits_per_second: 8_000_000 },
  });
  await record('read-key-limits', 'Read the limits of a TURN key.', { method: 'GET', ...ofKey });
  await record('limit-above-account', 'A TURN key cannot have more than its account.', {
    method: 'PUT',
    ...ofKey,
    body: { allocations_per_credential: 0 },
  });
  await record('invalid-limit', 'There is no such limit of a TURN key.', {
    method: 'PUT',
    ...ofKey,
    body: { allocations_per_account: 1 },
  });
  await record('reset-key-limits', 'Give up all limits of a TURN key.', { method: 'DELETE', ...ofKey });
  await record('reset-account-limits', 'Give up all limits of an account.', { method: 'DELETE', ...account });
}

async function recordAccountCredentials(uid: string): Promise<void> {
  const create = { method: 'POST', path: `${KEYS}/${uid}/credentials`, headers: admin };
  const created = await record('create-account-credential', 'Make a credential of a key, without the key’s token.', {
    ...create,
    body: { ttl: 300, customIdentifier: 'user4523958' },
  });
  const { username } = (created.body as { result: { username: string } }).result;
  const decode = { method: 'POST', path: '/client/v4/accounts/default/calls/turn_credentials/decode', headers: admin };
  await record('decode-credential', 'Read what a username says.', { ...decode, body: { username } });
  await record('decode-unknown', 'A username that no key of the account issued says nothing.', {
    ...decode,
    body: { username: '0'.repeat(96) },
  });
  const revoke = { method: 'POST', path: `${KEYS}/${uid}/credentials/revoke`, headers: admin };
  await record('revoke-account-credential', 'Revoke one credential, without the key’s token.', {
    ...revoke,
    body: { username },
  });
}

async function recordSharedSecrets(uid: string, key: string): Promise<void> {
  const list = { path: `${KEYS}/${uid}/shared_secrets`, headers: admin };
  const create = { method: 'POST', ...list };
  const made = await record('create-shared-secret', 'Have a shared secret made; it is shown here only.', {
    ...create,
    body: { name: 'matrix' },
  });
  const { id } = (made.body as { result: { id: string } }).result;
  const secret = 'correct horse battery staple';
  await record('bring-shared-secret', 'Bring the shared secret that a program has already.', {
    ...create,
    body: { secret },
  });
  await record('secret-in-use', 'No two TURN keys have the same shared secret.', { ...create, body: { secret } });
  await record('invalid-secret', 'A shared secret has 16 bytes at least.', { ...create, body: { secret: 'short' } });
  await record('list-shared-secrets', 'List the shared secrets of a TURN key.', { method: 'GET', ...list });
  const item = { path: `${list.path}/${id}`, headers: admin };
  await record('delete-shared-secret', 'Delete a shared secret; what was made with it ends.', {
    method: 'DELETE',
    ...item,
  });
  await record('unknown-secret', 'There is no such shared secret.', { method: 'DELETE', ...item });
  const turn = { path: '/turn?service=turn&username=alice', headers: { authorization: `Bearer ${key}` } };
  await record('turn-rest', 'Make a credential by the TURN REST draft.', { method: 'GET', ...turn });
  await record('turn-rest-post', 'The same, for programs that post.', { method: 'POST', ...turn });
  await record('invalid-service', 'There is no other service.', { method: 'GET', ...turn, path: '/turn?service=stun' });
}

const { uid, key, usedUid } = await recordKeys();
await recordCredentials(uid, key);
const roll = { method: 'POST', path: `${KEYS}/${uid}/roll`, headers: admin };
await record('roll-key', 'Give a TURN key a new API token; the one before it stays good for ten minutes.', {
  ...roll,
  body: { overlap_seconds: 600 },
});
await record('invalid-overlap', 'An overlap is a whole number of seconds from 0.', {
  ...roll,
  body: { overlap_seconds: -1 },
});
await recordKeyFailures(uid);
await recordAccountCredentials(uid);
await record('list-denied-peers', 'List the peers that were denied to the credentials of a key.', {
  method: 'GET',
  path: `${KEYS}/${usedUid}/denied_peers`,
  headers: admin,
});
await recordSharedSecrets(uid, key);
await recordConnectionTestExamples(record, ADMIN_TOKEN, uid);
await recordAnalytics();
await recordAuditLog(uid);
await recordLimits(uid);
await record('delete-key', 'Delete a TURN key. Its credentials and their allocations end.', {
  method: 'DELETE',
  path: `${KEYS}/${uid}`,
  headers: admin,
});
await recordLiveExamples(record, ADMIN_TOKEN);
await recordAccounts();
await recordTokenExamples(record, ADMIN_TOKEN);
await recordWebhooks();
await record('list-nodes', 'Read how the relay is at this moment.', {
  method: 'GET',
  path: '/client/v4/nodes',
  headers: admin,
});
await record('list-settings', 'Read every setting, and where its value came from.', {
  method: 'GET',
  path: '/client/v4/settings',
  headers: admin,
});
await recordPeople(record, admin);
await record('health', 'The process is alive.', { method: 'GET', path: '/healthz' });
await record('readiness', 'It serves.', { method: 'GET', path: '/readyz' });
await installation.stop();
