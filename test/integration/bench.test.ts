import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeBenchCertificate } from '../../bench/compare/bench-certificate.ts';
import type { BenchRow, ContenderName } from '../../bench/compare/bench-row.ts';
import { benchRows } from '../../bench/compare/bench-rows.ts';
import { createOwnGenerator } from '../../bench/compare/own-generator.ts';
import { type RowConditions, runRow } from '../../bench/compare/run-row.ts';
import type { RunningServer, ServerSettings } from '../../bench/compare/running-server.ts';
import { findCoturnVersion, startCoturn } from '../../bench/compare/start-coturn.ts';
import { startFloor } from '../../bench/compare/start-floor.ts';
import { startTaciturn } from '../../bench/compare/start-taciturn.ts';
import { parseTransportAddress } from '../../src/base/ip.ts';
import type { AddressWords } from '../../src/base/socket-address.ts';
import { UdpPeer } from '../support/udp-peer.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-bench-test-'));
after(() => rmSync(folder, { recursive: true }));

const hasCompiler = spawnSync('cc', ['--version']).error === undefined;

test('a row runs against the service and, where there are such, coturn and a compiler for the floor, and leaves no server', async () => {
  const coturn: readonly ContenderName[] = findCoturnVersion() === undefined ? [] : ['coturn'];
  const floor: readonly ContenderName[] = hasCompiler ? ['floor'] : [];
  const contenders: readonly ContenderName[] = ['taciturn', ...coturn, ...floor];
  const certificate = makeBenchCertificate(folder);
  const startContender = (name: ContenderName, settings: ServerSettings): Promise<RunningServer> =>
    name === 'floor'
      ? startFloor(settings, undefined)
      : (name === 'taciturn' ? startTaciturn : startCoturn)(settings, certificate);
  const started: RunningServer[] = [];
  const start = async (name: ContenderName, settings: ServerSettings): Promise<RunningServer> => {
    const server = await startContender(name, settings);
    started.push(server);
    return server;
  };
  const row = benchRows.find(({ id }) => id === 'udp-1x160-up') as BenchRow;
  const conditions: RowConditions = {
    rounds: 1,
    seconds: 0.2,
    warmUpSeconds: 0,
    serverCores: '0',
    generatorCores: '0',
    generator: createOwnGenerator(),
  };
  const measured = await runRow(row, contenders, conditions, start);
  for (const name of contenders) {
    const { deliveredPerSecond = 0, cpuUsPerPacket = 0, errorCount } = measured.medians[name] ?? {};
    assert.ok(deliveredPerSecond > 0 && cpuUsPerPacket > 0, `${name} relayed nothing`);
    assert.equal(errorCount, 0);
    assert.notEqual(measured.contenders[name], '');
  }
  // On a busy machine the floor's round is repeated, each time on a new one.
  assert.deepEqual([...new Set(started.map(({ name }) => name))], contenders);
  for (const { pid } of started) {
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  }
});

test('the forwarder, where there is a compiler, takes headers off and puts them on, for each client', async () => {
  if (!hasCompiler) {
    return;
  }
  const floor = await startFloor({ workers: 1, cores: '0' }, undefined);
  const at = parseTransportAddress(`127.0.0.1:${floor.port}`) as AddressWords;
  const peer = await UdpPeer.open('127.0.0.1', floor.peerPort);
  const clients = [await UdpPeer.open(), await UdpPeer.open()];
  try {
    for (const [index, client] of clients.entries()) {
      client.send(at, Uint8Array.of(0x40, 0, 0, 3, 1, 2, index));
      const arrived = await peer.receive();
      assert.deepEqual([...arrived.payload], [1, 2, index]);
      peer.send(arrived.from, Uint8Array.of(9, index));
      assert.deepEqual([...(await client.receive()).payload], [0x40, 0, 0, 2, 9, index]);
    }
  } finally {
    await Promise.all([peer, ...clients].map((socket) => socket.close()));
    await floor.stop();
  }
});
