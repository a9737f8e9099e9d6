import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { type CertificateFiles, makeCertificateFiles } from '../support/certificate-authority.ts';
import { findFreePorts } from '../support/free-ports.ts';
import { runProgram } from '../support/run-program.ts';
import { Service, type TestCredential, type TestKey } from '../support/service.ts';

const CLIENTS = 2;
const MESSAGES = 20;
const PACKET_INTERVAL_MS = '5';

let certificates: CertificateFiles;
let service: Service;
let key: TestKey;

before(async () => {
  certificates = makeCertificateFiles();
  service = await Service.start({
    environment: { TACITURN_TLS_CERTIFICATE: certificates.certificate, TACITURN_TLS_KEY: certificates.key },
  });
  key = await service.createKey();
});

after(async () => {
  await service?.end();
  certificates?.remove();
});

/** How coturn's client is told to reach the server. */
const transports = {
  udp: () => ['-p', String(service.ports.turn)],
  tcp: () => ['-t', '-p', String(service.ports.turn)],
  tls: () => ['-t', '-S', '-E', certificates.authority, '-p', String(service.ports.tls)],
} as const satisfies Readonly<Record<string, () => readonly string[]>>;

interface Traffic {
  readonly sent: number;
  readonly received: number;
  readonly output: string;
}

/** Runs the client to its end: it waits a few seconds by itself, so that tests run beside each other. */
async function runClient(flags: readonly string[], credential?: TestCredential): Promise<Traffic> {
  const { username, credential: password } = credential ?? (await service.generateCredential(key));
  const load = ['-m', String(CLIENTS), '-n', String(MESSAGES), '-z', PACKET_INTERVAL_MS, '-c'];
  const { output } = await runProgram('turnutils_uclient', [...load, '-u', username, '-w', password, ...flags]);
  const counts = [...output.matchAll(/tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/g)].at(-1);
  return { sent: Number(counts?.[1] ?? 0), received: Number(counts?.[2] ?? 0), output };
}

/** The client's TLS loses packets by itself, whatever the server: there some that came are enough. */
function expectTraffic({ sent, received, output }: Traffic, transport: string): void {
  if (transport === 'tls') {
    assert.ok(received > 0, output);
  } else {
    assert.deepEqual([sent, received], [CLIENTS * MESSAGES, CLIENTS * MESSAGES], output);
  }
}

describe('between clients of turnutils_uclient', { concurrency: true }, () => {
  for (const [transport, flagsOf] of Object.entries(transports)) {
    for (const [family, flags] of Object.entries({ IPv4: ['127.0.0.1'], IPv6: ['-x', '::1'] })) {
      for (const [manner, sendFlags] of Object.entries({ channels: [], indications: ['-s'] })) {
        test(`${transport}, ${family}, ${manner}`, async () => {
          expectTraffic(await runClient(['-y', ...sendFlags, ...flagsOf(), ...flags]), transport);
        });
      }
    }
  }

  test('an IPv4 client with IPv6 relayed addresses', async () => {
    expectTraffic(await runClient(['-y', '-x', ...transports.udp(), '127.0.0.1']), 'udp');
  });

  test('padded ChannelData over UDP, with many refreshes', async () => {
    expectTraffic(await runClient(['-y', '-D', '-G', ...transports.udp(), '127.0.0.1']), 'udp');
  });

  test('a wrong password gets nothing', async () => {
    const { username } = await service.generateCredential(key);
    const { sent, output } = await runClient(['-y', ...transports.udp(), '127.0.0.1'], {
      username,
      credential: 'f'.repeat(96),
    });
    assert.equal(sent, 0);
    assert.match(output, /Cannot complete Allocation/);
  });

  test('a peer on loopback is refused by default', async () => {
    const { received, output } = await runClient(['-e', '127.0.0.1', '-r', '9', ...transports.udp(), '127.0.0.1']);
    assert.equal(received, 0);
    assert.match(output, /channel bind: error 403/);
  });
});

describe('turnutils_uclient with a turnutils_peer that the operator allows', () => {
  const peers: ChildProcess[] = [];
  let open: Service;
  let peerPort: number;

  before(async () => {
    [peerPort = 0] = await findFreePorts(1);
    open = await Service.start({ environment: { TACITURN_PEERS_ALLOW: '127.0.0.0/8,::1' } });
    for (const address of ['127.0.0.1', '::1']) {
      peers.push(spawn('turnutils_peer', ['-p', String(peerPort), '-L', address], { stdio: 'ignore' }));
    }
  });

  after(async () => {
    for (const peer of peers) {
      peer.kill('SIGKILL');
    }
    await open?.end();
  });

  describe('each echoes what it is sent', { concurrency: true }, () => {
    for (const [family, flags] of Object.entries({ IPv4: ['127.0.0.1'], IPv6: ['-x', '::1'] })) {
      for (const [manner, sendFlags] of Object.entries({ channels: [], indications: ['-s'] })) {
        test(`${family}, ${manner}`, async () => {
          const credential = await open.generateCredential(await open.createKey());
          const address = flags.at(-1) as string;
          const peer = ['-e', address, '-r', String(peerPort), '-p', String(open.ports.turn)];
          expectTraffic(await runClient([...peer, ...sendFlags, ...flags], credential), 'udp');
        });
      }
    }
  });
});

describe('turnutils_stunclient', () => {
  for (const address of ['127.0.0.1', '::1']) {
    test(`learns its address from ${address}`, async () => {
      const { output } = await runProgram('turnutils_stunclient', ['-p', String(service.ports.turn), address]);
      assert.match(output, new RegExp(`UDP reflexive addr: ${address}:\\d+`));
    });
  }
});
