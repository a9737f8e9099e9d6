import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const PER_MINUTE = 2;

let installation: HttpInstallation;

before(async () => {
  const limits = { requestsPerAddressPerMinute: PER_MINUTE };
  installation = await startHttpInstallation({ limits, isTrustedProxy: () => true });
});

after(() => installation.stop());

async function readStatus(address: string): Promise<number> {
  const response = await fetch(`${installation.url}/`, { headers: { 'x-forwarded-for': address } });
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  assert.equal(response.status === 429, seconds > 0 && seconds <= 60, 'whoever is refused is told for how long');
  await response.arrayBuffer();
  return response.status;
}

const clients = [
  {
    what: 'an IPv6 client is its /64',
    one: ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:DB8:1:2:0:0:0:3'],
    other: '2001:db8:1:3::1',
  },
  { what: 'an IPv4 client is its address', one: ['192.0.2.1', '192.0.2.1', '192.0.2.1'], other: '192.0.2.2' },
  {
    what: 'an IPv4 client is the same however it came in',
    one: ['198.51.100.1', '::ffff:198.51.100.1', '::FFFF:198.51.100.1'],
    other: '::ffff:198.51.100.2',
  },
];

for (const { what, one, other } of clients) {
  test(what, async () => {
    const statuses: number[] = [];
    for (const address of one) {
      statuses.push(await readStatus(address));
    }
    assert.deepEqual(statuses, [200, 200, 429]);
    assert.equal(await readStatus(other), 200);
  });
}
