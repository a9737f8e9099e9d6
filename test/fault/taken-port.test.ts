import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SQLITE_FILE } from '../../src/store/open-sqlite.ts';
import { chooseServicePorts, Service, type ServiceOptions, type ServicePorts } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

/** Starts a service that must not start; gives the one line that it leaves on standard error. */
async function expectRefusal(options: ServiceOptions): Promise<string> {
  const service = await Service.launch({
    ...options,
    environment: { ...options.environment, TACITURN_LOG_LEVEL: 'silent' },
  });
  try {
    assert.equal(await service.waitForExit(), 1, service.output);
    assert.equal(service.stdout, '');
    assert.match(service.stderr, /^taciturn: [^\n]+\n$/);
    return service.stderr;
  } finally {
    await service.end();
  }
}

describe('a port that another program has', () => {
  let ports: ServicePorts;

  before(async () => {
    ports = await chooseServicePorts();
  });

  for (const [name, portOf, expected] of [
    ['HTTP', () => ports.http, /HTTP API cannot listen on http:\/\/127\.0\.0\.1:\d+: another program uses this port/],
    [
      'TURN over TCP',
      () => ports.turn,
      /tcp:\/\/127\.0\.0\.1:\d+.*another program uses this port.*TACITURN_TURN_LISTEN/,
    ],
    [
      'TURN over TLS',
      () => ports.tls,
      /tls:\/\/127\.0\.0\.1:\d+.*another program uses this port.*TACITURN_TURN_LISTEN/,
    ],
  ] as const) {
    test(name, async () => {
      const other = createServer().listen(portOf(), '127.0.0.1');
      await once(other, 'listening');
      try {
        assert.match(await expectRefusal({ ports }), expected);
      } finally {
        other.close();
      }
    });
  }

  test('TURN over UDP', async () => {
    const other = createSocket('udp4').bind(ports.turn, '127.0.0.1');
    await once(other, 'listening');
    try {
      assert.match(
        await expectRefusal({ ports }),
        /udp:\/\/127\.0\.0\.1:\d+.*another program uses this port.* turn\.listen \(TACITURN_TURN_LISTEN\)/,
      );
    } finally {
      other.close();
    }
  });
});

describe('a first start that did not come to its end', () => {
  const GENERATED = { TACITURN_ADMIN_TOKEN: '' };

  test('on a taken port: the next one prints the admin token', async () => {
    const ports = await chooseServicePorts();
    const data = mkdtempSync(join(tmpdir(), 'taciturn-first-'));
    const other = createSocket('udp4').bind(ports.turn, '127.0.0.1');
    await once(other, 'listening');
    try {
      await expectRefusal({ ports, data, environment: GENERATED });
      await new Promise<void>((resolve) => other.close(resolve));
      await expectUsableToken(await Service.start({ ports, data, environment: GENERATED }));
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  test('killed at any moment: the token that was printed last is valid', async () => {
    const ports = await chooseServicePorts();
    const data = mkdtempSync(join(tmpdir(), 'taciturn-first-'));
    try {
      const killed = await Service.launch({ ports, data, environment: GENERATED });
      await waitFor('the database', () => existsSync(join(data, SQLITE_FILE)));
      await killed.stop('SIGKILL');
      await expectUsableToken(await Service.start({ ports, data, environment: GENERATED }), killed.stdout);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  /** The token that this start printed, else the one that an earlier one printed, opens the API. */
  async function expectUsableToken(service: Service, earlier = ''): Promise<void> {
    try {
      const token = [...`${earlier}${service.stdout}`.matchAll(/export TACITURN_ADMIN_TOKEN=(\S+)/g)].at(-1)?.[1];
      assert.ok(token !== undefined, service.output);
      const { status } = await service.call('GET', '/client/v4/accounts/default/calls/turn_keys', token);
      assert.equal(status, 200);
    } finally {
      await service.end();
    }
  }
});

describe('a second instance', () => {
  let first: Service;

  before(async () => {
    first = await Service.start();
  });

  after(() => first?.end());

  test('on the same data folder', async () => {
    const refusal = await expectRefusal({ data: first.data });
    assert.match(refusal, /Another instance serves from the data folder .*TACITURN_DATA/);
  });

  test('on the same TURN ports, with a data folder of its own: workers of two services must not share a port', async () => {
    const { http } = await chooseServicePorts();
    const refusal = await expectRefusal({ ports: { ...first.ports, http } });
    assert.match(refusal, /another program uses this port/);
  });

  test('leaves the first one as it was', async () => {
    assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
  });
});
