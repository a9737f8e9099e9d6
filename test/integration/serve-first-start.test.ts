import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chooseServicePorts, Service } from '../support/service.ts';

/** Nothing about tokens or secrets is configured: the service makes its own. */
const ENVIRONMENT = { TACITURN_ADMIN_TOKEN: '' };

let first: Service;
let firstOutput: string;
let adminToken: string;
let later: Service;

before(async () => {
  const ports = await chooseServicePorts();
  first = await Service.start({ environment: ENVIRONMENT, ports });
  firstOutput = first.output;
  adminToken = /export TACITURN_ADMIN_TOKEN=(\S+)/.exec(first.stdout)?.[1] ?? '';
  await first.stop();
  later = await Service.start({ environment: ENVIRONMENT, ports, data: first.data });
});

after(async () => {
  await later?.end();
  await first?.end();
});

describe('the first start', () => {
  test('prints what a newcomer needs next', () => {
    const { http, turn, tls } = first.ports;
    assert.match(first.stdout, new RegExp(`^  HTTP API  http://127.0.0.1:${http}$`, 'm'));
    for (const url of [
      `turn:127.0.0.1:${turn}?transport=udp`,
      `turn:127.0.0.1:${turn}?transport=tcp`,
      `turns:127.0.0.1:${tls}?transport=tcp`,
    ]) {
      assert.ok(first.stdout.includes(url), `${url} in\n${first.stdout}`);
    }
    assert.match(first.stdout, /^ {2}Account {3}default$/m);
    assert.match(adminToken, /^[0-9a-f]{64}$/);
    assert.ok(first.stdout.includes(`-H "Authorization: Bearer ${adminToken}"`), 'a command that makes a key');
    assert.match(first.stdout, /credentials\/generate-ice-servers/);
  });

  test('prints the link for the first person, and a later start another one', () => {
    const linkOf = ({ stdout, ports: { http } }: Service) =>
      new RegExp(`^  http://127.0.0.1:${http}/setup#token=([0-9a-f]{64})$`, 'm').exec(stdout)?.[1];
    assert.notEqual(linkOf(first), undefined);
    assert.notEqual(linkOf(later), undefined);
    assert.notEqual(linkOf(first), linkOf(later));
  });

  test('prints nothing before, and no listener in the log', () => {
    assert.match(first.stdout, /^Taciturn /);
    assert.doesNotMatch(first.stderr, /listening/);
  });

  test('says that the internet cannot reach the address, and that browsers refuse the certificate', () => {
    assert.match(
      first.stdout,
      /^Note: The relay addresses 127\.0\.0\.1 and ::1 are loopback.* TACITURN_TURN_RELAY_ADDRESS/m,
    );
    assert.match(first.stdout, /^Note: The TLS certificate is self-signed.* TACITURN_TLS_CERTIFICATE/m);
  });

  test('keeps the data folder and its secrets from others', () => {
    const mode = (path: string): number => statSync(path).mode & 0o777;
    assert.equal(mode(first.data), 0o700);
    for (const name of readdirSync(first.data)) {
      const isPublic = name === 'self-signed.crt';
      assert.equal(mode(join(first.data, name)) & 0o077, isPublic ? 0o044 : 0, name);
    }
  });
});

test('with --json the report is one JSON object', async () => {
  const service = await Service.start({ environment: ENVIRONMENT, args: ['--json'] });
  try {
    const report = JSON.parse(service.stdout) as Record<string, unknown>;
    assert.deepEqual(
      [report.event, report.httpUrl, report.accountId, report.isFirstStart],
      ['ready', service.url, 'default', true],
    );
    assert.match(String(report.adminToken), /^[0-9a-f]{64}$/);
  } finally {
    await service.end();
  }
});

test('TACITURN_ADMIN_TOKEN replaces a token that was lost, and stays when the variable is gone', async () => {
  const found = 'f'.repeat(64);
  const path = '/client/v4/accounts/default/calls/turn_keys';
  const lost = await Service.start({ environment: ENVIRONMENT });
  const lostToken = /export TACITURN_ADMIN_TOKEN=(\S+)/.exec(lost.stdout)?.[1] ?? '';
  await lost.stop();
  try {
    for (const TACITURN_ADMIN_TOKEN of [found, '']) {
      const next = await Service.start({ environment: { TACITURN_ADMIN_TOKEN }, data: lost.data });
      try {
        assert.equal((await next.call('GET', path, found)).status, 200);
        assert.equal((await next.call('GET', path, lostToken)).status, 401);
        assert.ok(!next.output.includes(found));
      } finally {
        await next.stop();
        await next.end();
      }
    }
  } finally {
    await lost.end();
  }
});

test('a later start with another account is refused', async () => {
  const first = await Service.start({ environment: ENVIRONMENT });
  await first.stop();
  const refused = await Service.launch({
    environment: { ...ENVIRONMENT, TACITURN_ACCOUNT: 'acme' },
    data: first.data,
  });
  try {
    assert.equal(await refused.waitForExit(), 1, refused.output);
    assert.match(
      refused.stderr,
      /account of this data folder is default.* Set account \(TACITURN_ACCOUNT\) to default/,
    );
  } finally {
    await refused.end();
    await first.end();
  }
});

describe('a later start', () => {
  test('serves what the first one made', async () => {
    const answer = await later.call('GET', '/client/v4/accounts/default/calls/turn_keys', adminToken);
    assert.equal(answer.status, 200);
  });

  test('prints no secret and no first steps', () => {
    assert.match(later.stdout, /^Taciturn \S+ is ready\.$/m);
    assert.doesNotMatch(later.output, /TACITURN_ADMIN_TOKEN|curl|Bearer/);
    assert.ok(!later.output.includes(adminToken));
  });
});

test('no start prints the master secret, and only the first one the admin token, once as such and once in the command', () => {
  const masterSecret = readFileSync(join(first.data, 'master-secret'), 'utf8').trim();
  for (const output of [firstOutput, later.output]) {
    assert.ok(!output.includes(masterSecret));
  }
  assert.equal(firstOutput.split(adminToken).length - 1, 2);
});
