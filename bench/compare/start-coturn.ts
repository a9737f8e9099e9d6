import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts } from '../../test/support/free-ports.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { answersBinding } from './answers-binding.ts';
import type { BenchCertificate } from './bench-certificate.ts';
import { PinnedProcess } from './pinned-process.ts';
import { RELAY_ADDRESSES, RELAY_PORTS, type RunningServer, type ServerSettings } from './running-server.ts';

const READY_MS = 10_000;
const USERNAME = 'bench';
const PASSWORD = 'bench';

/** coturn's version, such as 4.6.1; undefined where it is not installed. */
export function findCoturnVersion(): string | undefined {
  // Its exit status says nothing, and its version stands in the last line.
  const { error, stdout } = spawnSync('turnserver', ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return error === undefined ? (stdout.match(/\d+\.\d+\.\d+/)?.[0] ?? 'of unknown version') : undefined;
}

/** Starts coturn with its own defaults, but for what loopback asks for. */
export async function startCoturn(settings: ServerSettings, certificate: BenchCertificate): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'taciturn-bench-coturn-'));
  const [port, tlsPort] = (await findFreePorts(2)) as [number, number];
  const server = new PinnedProcess(['turnserver', ...describeArguments(folder, port, tlsPort, settings, certificate)], {
    cores: settings.cores,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitFor('an answer', async () => server.hasEnded || (await answersBinding(port)), READY_MS);
    if (server.hasEnded) {
      throw new Error('it ended');
    }
  } catch (error) {
    await stop();
    throw new Error(`coturn did not start. What it said last:\n${server.lastLines}`, { cause: error });
  }
  return {
    name: 'coturn',
    pid: server.pid,
    port,
    tlsPort,
    username: USERNAME,
    password: PASSWORD,
    peerPort: undefined,
    description: findCoturnVersion() ?? '',
    stop,
  };
}

function describeArguments(
  folder: string,
  port: number,
  tlsPort: number,
  { workers }: ServerSettings,
  { certificateFile, keyFile }: BenchCertificate,
): readonly string[] {
  return [
    ...['-n', '--no-cli', '--log-file', 'stdout', '--simple-log', '--no-software-attribute'],
    ...['--userdb', join(folder, 'turndb'), '--pidfile', join(folder, 'pid')],
    ...['--lt-cred-mech', '--user', `${USERNAME}:${PASSWORD}`, '--realm', 'bench.example'],
    ...['--listening-ip', '127.0.0.1', '--listening-port', String(port), '--tls-listening-port', String(tlsPort)],
    ...['--cert', certificateFile, '--pkey', keyFile, '--no-tlsv1', '--no-tlsv1_1', '--no-dtls'],
    ...RELAY_ADDRESSES.flatMap((address) => ['--relay-ip', address]),
    ...['--min-port', String(RELAY_PORTS.min), '--max-port', String(RELAY_PORTS.max)],
    ...['--allow-loopback-peers', '--no-multicast-peers', '--no-rfc5780', '--relay-threads', String(workers)],
  ];
}
