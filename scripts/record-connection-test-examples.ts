import type { RecordExample } from '../test/support/api-example.ts';

/** A link that somebody opens who has no account, what their browser says of it, and how each may be refused. */
export async function recordConnectionTestExamples(
  record: RecordExample,
  adminToken: string,
  keyUid: string,
): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const path = '/client/v4/accounts/default/calls/connection_tests';
  const create = { method: 'POST', path, headers };
  const created = await record('create-connection-test', 'Make a link to try the relay with, good for an hour.', {
    ...create,
    body: { key_uid: keyUid, expires_in: 3_600 },
  });
  const { id, link } = (created.body as { result: { id: string; link: string } }).result;
  const token = link.split('#token=')[1] ?? '';
  await recordLink(record, token);
  await record('list-connection-tests', 'List the connection tests of an account.', { method: 'GET', path, headers });
  const item = { path: `${path}/${id}`, headers };
  await record('read-connection-test', 'Read what has come.', { method: 'GET', ...item });
  await record('delete-connection-test', 'End it. Credentials that it gave are revoked.', {
    method: 'DELETE',
    ...item,
  });
  await record('unknown-connection-test', 'There is no such test.', { method: 'GET', ...item });
  const open = { method: 'POST', path: '/client/v4/connection_tests/open', body: { token } };
  await record('connection-test-ended', 'The link opens nothing any more.', open);
  await record('invalid-expires-in', 'A link is good for a minute at least, and seven days at most.', {
    ...create,
    body: { key_uid: keyUid, expires_in: 1 },
  });
}

async function recordLink(record: RecordExample, token: string): Promise<void> {
  const base = '/client/v4/connection_tests';
  const opened = await record('open-connection-test', 'Open the link: a credential of five minutes.', {
    method: 'POST',
    path: `${base}/open`,
    body: { token },
  });
  const { iceServers } = (opened.body as { result: { iceServers: readonly { urls: readonly string[] }[] } }).result;
  const [udp = '', tcp = ''] = iceServers[1]?.urls ?? [];
  const send = { method: 'POST', path: `${base}/result` };
  await record('send-connection-test-result', 'Tell how the paths went.', {
    ...send,
    body: {
      token,
      result: {
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        paths: [
          { url: udp, outcome: 'unreachable', candidates: [], error: 'The server was not reached.' },
          {
            url: tcp,
            outcome: 'works',
            candidates: [{ type: 'relay', protocol: 'udp', address: '192.0.2.7 50123' }],
            allocate_ms: 84,
            round_trip_ms: 61.5,
            throughput_bits: 8_400_000,
          },
        ],
      },
    },
  });
  await record('invalid-connection-test-result', 'A result has these members alone.', {
    ...send,
    body: { token, result: { paths: [] } },
  });
}
