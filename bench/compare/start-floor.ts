import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import { findFreePorts } from '../../test/support/free-ports.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { PinnedProcess } from './pinned-process.ts';
import type { RunningServer, ServerSettings } from './running-server.ts';

const SOURCE = join(root, 'bench/floor/forward.c');
const READY_MS = 5_000;

/**
 * Starts the bare forwarder. `command` names another one to take; it is given `--listen IP:PORT --peer IP:PORT`, and must
 * take ChannelData headers off towards the peer and put them on, with channel 0x4000, towards the client.
 */
export async function startFloor(settings: ServerSettings, command: string | undefined): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'taciturn-bench-floor-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  let server: PinnedProcess | undefined;
  try {
    const [file = '', ...args] = command?.split(' ') ?? [buildForwarder(folder)];
    const [port, peerPort] = (await findFreePorts(2)) as [number, number];
    const where = ['--listen', `127.0.0.1:${port}`, '--peer', `127.0.0.1:${peerPort}`];
    const started = new PinnedProcess([file, ...args, ...where], { cores: settings.cores });
    server = started;
    await waitFor('a bound socket', () => started.hasEnded || isBound(port), READY_MS);
    if (started.hasEnded) {
      throw new Error(`The forwarder did not start. What it said last:\n${started.lastLines}`);
    }
    return {
      name: 'floor',
      pid: started.pid,
      port,
      tlsPort: 0,
      username: '',
      password: '',
      peerPort,
      description: command === undefined ? 'recvmmsg and sendmmsg' : [basename(file), ...args].join(' '),
      stop: () => started.stop().finally(remove),
    };
  } catch (error) {
    await server?.stop();
    remove();
    throw error;
  }
}

/** Compiles the forwarder into a folder, and gives the path of the program. */
function buildForwarder(folder: string): string {
  const program = join(folder, 'forward');
  const { error, status, stderr } = spawnSync('cc', ['-O2', '-Wall', '-o', program, SOURCE], { encoding: 'utf8' });
  if (error !== undefined || status !== 0) {
    throw new Error(
      `The forwarder cannot be built, so there is no floor to compare with. Install a C compiler (apt-get install gcc libc6-dev), or leave out \`--against floor\`.\n${error?.message ?? stderr}`,
    );
  }
  return program;
}

/** Whether a UDP socket has this port: the forwarder answers nothing that would tell that it is there. Linux. */
function isBound(port: number): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .some((line) => line.trim().split(/ +/)[1]?.endsWith(suffix) === true);
}
