import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../scripts/bootstrap/root.mjs';
import { findFreePorts } from '../../test/support/free-ports.ts';
import { PinnedProcess } from './pinned-process.ts';
import type { RunningServer, ServerSettings } from './running-server.ts';

const SOURCE = join(root, 'bench/floor/forward.c');
/** A forwarder answers nothing by itself; it binds its socket within a millisecond. */
const START_MS = 200;

/**
 * Starts the bare forwarder. `command` names another one to take; it is given `--listen IP:PORT --peer IP:PORT`, and must
 * take ChannelData headers off towards the peer and put them on towards the client.
 */
export async function startFloor(settings: ServerSettings, command: string | undefined): Promise<RunningServer> {
  const [file, ...args] = command === undefined ? [buildForwarder()] : command.split(' ');
  const [port, peerPort] = (await findFreePorts(2)) as [number, number];
  const where = ['--listen', `127.0.0.1:${port}`, '--peer', `127.0.0.1:${peerPort}`];
  const server = new PinnedProcess([file as string, ...args, ...where], { cores: settings.cores });
  await delay(START_MS);
  if (server.hasEnded) {
    throw new Error(`The forwarder did not start. What it said last:\n${server.lastLines}`);
  }
  return {
    name: 'floor',
    pid: server.pid,
    port,
    tlsPort: 0,
    username: '',
    password: '',
    peerPort,
    description: 'recvmmsg and sendmmsg',
    stop: () => server.stop(),
  };
}

/** Compiles the forwarder, unless the program is younger than its source; gives the path of the program. */
function buildForwarder(): string {
  const folder = join(tmpdir(), 'taciturn-bench-floor');
  const program = join(folder, 'forward');
  const built = statSync(program, { throwIfNoEntry: false });
  if (built === undefined || built.mtimeMs < statSync(SOURCE).mtimeMs) {
    mkdirSync(folder, { recursive: true });
    const { error, status, stderr } = spawnSync('cc', ['-O2', '-Wall', '-o', program, SOURCE], { encoding: 'utf8' });
    if (error !== undefined || status !== 0) {
      throw new Error(
        `The forwarder cannot be built, so there is no floor to compare with. Install a C compiler (apt-get install gcc libc6-dev), or leave out \`--against floor\`.\n${error?.message ?? stderr}`,
      );
    }
  }
  return program;
}
