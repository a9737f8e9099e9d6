import type { RecordExample } from '../test/support/api-example.ts';

/** The live allocations of an account, and what it does at this moment. */
export async function recordLiveExamples(record: RecordExample, adminToken: string): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` };
  await recordAllocations(record, headers);
  const path = '/client/v4/accounts/default/calls/turn_live';
  await record('read-live-account', 'Read what an account does at this moment.', { method: 'GET', path, headers });
  await record('stream-live-account', 'Follow it: each second all is told.', {
    method: 'GET',
    path: `${path}/stream`,
    headers,
  });
}

async function recordAllocations(record: RecordExample, headers: { authorization: string }): Promise<void> {
  const path = '/client/v4/accounts/default/calls/turn_allocations';
  const listed = await record('list-allocations', 'List the live allocations of an account.', {
    method: 'GET',
    path: `${path}?per_page=100&transport=udp`,
    headers,
  });
  const [{ id = '' } = {}] = (listed.body as { result: readonly { id: string }[] }).result;
  const live = { path: `${path}/${id}`, headers };
  await record('read-allocation', 'Read one, with its permissions and channels.', { method: 'GET', ...live });
  await record('stream-allocations', 'Follow what changes: first everything is told, then each second what is new.', {
    method: 'GET',
    path: `${path}/stream?custom_identifier=user4523958`,
    headers,
  });
  await record('end-allocation', 'End a live allocation.', { method: 'DELETE', ...live });
  const item = { path: `${path}/${'f'.repeat(32)}`, headers };
  await record('unknown-allocation', 'The allocation has ended, or never was.', { method: 'GET', ...item });
  await record('end-unknown-allocation', 'What has ended cannot be ended.', { method: 'DELETE', ...item });
  await record('invalid-filter', 'A filter that no allocation can fit is refused, as for a list so for a stream.', {
    method: 'GET',
    path: `${path}/stream?client_address=localhost`,
    headers,
  });
}
