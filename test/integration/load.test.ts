import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { startFloor } from '../../bench/compare/start-floor.ts';
import { portOf } from '../../src/base/socket-address.ts';
import type { ClientTransport } from '../../src/contract/ids.ts';
import { NO_LIMITS } from '../../src/contract/limits.ts';
import type { LoadOptions } from '../../src/load/load-options.ts';
import type { LoadErrors, LoadReport } from '../../src/load/load-report.ts';
import { runLoad } from '../../src/load/run-load.ts';
import { DEFAULT_RELAY_LIMITS } from '../../src/relay/relay-options.ts';
import { type Fault, FaultyProxy } from '../support/faulty-proxy.ts';
import { runCli } from '../support/run-program.ts';
import { startTestRelay, type TestCredential, type TestRelay } from '../support/test-relay.ts';

const ALLOCATIONS = 3;
/** Small enough that a slow machine loses nothing, long enough for some hundred packets. */
const SHORT = { seconds: 0.2, warmupSeconds: 0.05, windowPackets: 16, allocations: ALLOCATIONS } as const;

let relay: TestRelay;
let credential: TestCredential;

before(async () => {
  relay = await startTestRelay({
    limits: { ...DEFAULT_RELAY_LIMITS, defaults: NO_LIMITS, refusalsPerAddressPerSecond: 0 },
  });
  credential = relay.issue();
});

after(() => relay?.stop());

function urlOf(transport: ClientTransport, port = portOf(relay.listener(transport))): string {
  return transport === 'tls' ? `turns:127.0.0.1:${port}` : `turn:127.0.0.1:${port}?transport=${transport}`;
}

function load(options: Partial<LoadOptions> = {}): Promise<LoadReport> {
  const { username: user, credential: password } = credential;
  return runLoad({ url: urlOf('udp'), user, password, ...SHORT, ...options });
}

/** The errors that were counted, by name. */
function wrongIn(errors: LoadErrors): Record<string, number> {
  return Object.fromEntries(Object.entries(errors).filter(([, count]) => count > 0));
}

describe('load on our own relay', { timeout: 60_000 }, () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    for (const mode of ['channel', 'indication'] as const) {
      for (const direction of ['up', 'down', 'both', 'echo'] as const) {
        test(`${mode} over ${transport}, ${direction}: everything arrives, and is right`, async () => {
          const report = await load({ url: urlOf(transport), mode, direction, sizeBytes: 161 });
          assert.deepEqual(wrongIn(report.errors), {});
          assert.equal(report.firstProblem, undefined);
          assert.ok((report.deliveredPackets as number) >= 16, `${report.deliveredPackets} delivered`);
          assert.equal(report.deliveredPackets, report.sentPackets);
          const { p50 = 0, max = 0 } = report.latencyUs ?? {};
          assert.ok(p50 > 0 && p50 <= max && max < 10_000_000, `p50 ${p50} µs, max ${max} µs`);
          assert.deepEqual([report.transport, report.allocations], [transport, ALLOCATIONS]);
        });
      }
    }
  }

  test('a rate is kept to', async () => {
    const { windowPackets: _, ...open } = SHORT;
    const { username: user, credential: password } = credential;
    const report = await runLoad({ url: urlOf('udp'), user, password, ...open, seconds: 0.5, ratePerSecond: 1_000 });
    // A machine that is busy with other things sends less; nothing makes it send more.
    assert.ok(
      (report.sentPackets as number) > 50 && (report.sentPackets as number) <= 501,
      `${report.sentPackets} sent`,
    );
    assert.equal(report.sentPackets, report.deliveredPackets);
  });

  test('it ends early when it is told to, with a report', async () => {
    const report = await load({ seconds: 60, signal: AbortSignal.timeout(300) });
    assert.ok(report.seconds < 10 && (report.deliveredPackets as number) > 0, `${report.seconds} s`);
  });

  test('a search finds a rate that passes', async () => {
    const report = await load({ search: true, probeSeconds: 0.05, lossPercentMax: 50 });
    assert.ok((report.search?.probes ?? 0) > 1);
    assert.ok((report.deliveredPackets as number) > 0);
    assert.deepEqual(wrongIn(report.errors), {});
  });

  test('allocations are made and ended in cycles, and weighed', async () => {
    const cycles = await load({ mode: 'allocate', inFlight: 4 });
    assert.ok(cycles.allocationsPerSecond > 0);
    assert.deepEqual([cycles.failedAllocations, wrongIn(cycles.errors)], [0, {}]);
    const setup = await load({ mode: 'setup', allocations: 40, settleMs: 0, serverPid: process.pid });
    assert.ok(setup.allocationsPerSecond > 0 && setup.memoryPerAllocationBytes !== undefined);
    assert.deepEqual(wrongIn(setup.errors), {});
  });

  test('many peers, and peers and clients on IPv6', async () => {
    const many = await load({ allocations: 6, peers: 4, direction: 'both' });
    assert.deepEqual([many.deliveredPackets, wrongIn(many.errors)], [many.sentPackets, {}]);
    const port = portOf(relay.listener('udp', 6));
    for (const mode of ['channel', 'indication'] as const) {
      const ipv6 = await load({ url: `turn:[::1]:${port}`, direction: 'echo', mode });
      assert.deepEqual([ipv6.deliveredPackets, wrongIn(ipv6.errors)], [ipv6.sentPackets, {}]);
    }
  });

  test('what cannot be done is said', async () => {
    await assert.rejects(load({ url: 'http://127.0.0.1' }), /is no TURN URL; one is turn:/);
    await assert.rejects(load({ password: 'wrong' }), /Only 0 of 3 clients got ready: .* \(401 Unauth/);
    await assert.rejects(load({ url: 'turn:127.0.0.1:1?transport=tcp' }), /got ready: .*ECONNREFUSED/);
    await assert.rejects(load({ signal: AbortSignal.abort() }), /Stopped when 0 of 3 allocations were made/);
    await assert.rejects(load({ sizeBytes: 31 }), /The size is 31; it must be a whole number from 32 to/);
    await assert.rejects(load({ peerAddress: '203.0.113.1' }), /A peer's socket cannot be opened/);
    await assert.rejects(load({ serverPid: 2 ** 22 + 1 }), /There is no process/);
    await assert.rejects(load({ clientAddress: '::1' }), /Clients cannot send from "::1"/);
  });
});

const hasCompiler = spawnSync('cc', ['--version']).error === undefined;

describe('load on a forwarder that answers no requests', { timeout: 60_000 }, () => {
  for (const direction of ['up', 'down', 'both', 'echo'] as const) {
    test(`${direction}: everything arrives, and is right, where there is a compiler`, async (context) => {
      if (!hasCompiler) {
        return;
      }
      const floor = await startFloor({ workers: 1, cores: '0' }, undefined);
      context.after(() => floor.stop());
      const url = urlOf('udp', floor.port);
      const report = await load({ url, mode: 'raw', direction, peerAddress: `127.0.0.1:${floor.peerPort}` });
      assert.deepEqual(wrongIn(report.errors), {});
      assert.equal(report.firstProblem, undefined);
      assert.ok((report.deliveredPackets as number) >= 16, `${report.deliveredPackets} delivered`);
      assert.equal(report.deliveredPackets, report.sentPackets);
    });
  }

  test('what cannot be done is said', async () => {
    const peerAddress = '127.0.0.1:4001';
    await assert.rejects(load({ mode: 'raw' }), /The peer of a forwarder cannot be at ""/);
    await assert.rejects(load({ mode: 'raw', peerAddress: '127.0.0.1' }), /cannot be at "127\.0\.0\.1": name the/);
    await assert.rejects(load({ mode: 'raw', peerAddress, peers: 2 }), /over UDP and with one peer/);
    await assert.rejects(load({ mode: 'raw', peerAddress, url: urlOf('tcp') }), /over UDP and with one peer/);
  });
});

const isChannelData = (message: Buffer): boolean => ((message[0] ?? 0) & 0xc0) === 0x40;

/** A fault of every tenth ChannelData message; what is asked and answered passes as it is. */
function everyTenth(fault: (message: Buffer) => readonly Buffer[]): Fault {
  let count = 0;
  return (message) => {
    count += isChannelData(message) ? 1 : 0;
    return isChannelData(message) && count % 10 === 0 ? fault(message) : [message];
  };
}

function flipBit(message: Buffer, at: number): Buffer {
  const changed = Buffer.from(message);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** Swaps each message of the kind with the one behind it. */
function swapPairs(): (message: Buffer) => readonly Buffer[] {
  let held: Buffer | undefined;
  return (message) => {
    const pair = held === undefined ? [] : [message, held];
    held = held === undefined ? message : undefined;
    return pair;
  };
}

describe('load through a proxy that does something wrong', { timeout: 60_000 }, () => {
  const swap = swapPairs();
  const faults: readonly { readonly name: keyof LoadErrors; readonly fault: Fault }[] = [
    { name: 'corrupted', fault: everyTenth((message) => [flipBit(message, message.length - 1)]) },
    { name: 'duplicated', fault: everyTenth((message) => [message, message]) },
    // The first client's messages come on the second client's channel.
    { name: 'misrouted', fault: everyTenth((message) => [flipBit(message, 1)]) },
    { name: 'reordered', fault: (message) => (isChannelData(message) ? swap(message) : [message]) },
    { name: 'unexpected', fault: everyTenth((message) => [message, Buffer.from([0, 1, 0, 0])]) },
  ];
  for (const { name, fault } of faults) {
    test(`${name} is noticed on the way down`, async (context) => {
      const toClient: Fault = (message, way) => (way === 'to-client' ? fault(message, way) : [message]);
      const proxy = await FaultyProxy.open(relay.listener('udp'), toClient);
      context.after(() => proxy.close());
      const allocations = name === 'reordered' ? 1 : ALLOCATIONS;
      const report = await load({ url: urlOf('udp', proxy.port), direction: 'down', allocations });
      assert.deepEqual(Object.keys(wrongIn(report.errors)), [name], JSON.stringify(report.errors));
    });
  }

  test('wrong bytes are noticed on the way up', async (context) => {
    const fault = everyTenth((message) => [flipBit(message, 60)]);
    const proxy = await FaultyProxy.open(relay.listener('udp'), fault);
    context.after(() => proxy.close());
    const report = await load({ url: urlOf('udp', proxy.port), direction: 'up' });
    assert.deepEqual(Object.keys(wrongIn(report.errors)), ['corrupted']);
  });

  test('a loss is told as a loss, not as an error', async (context) => {
    const proxy = await FaultyProxy.open(
      relay.listener('udp'),
      everyTenth(() => []),
    );
    context.after(() => proxy.close());
    const report = await load({ url: urlOf('udp', proxy.port), direction: 'up' });
    assert.ok((report.lossPercent as number) > 5 && (report.lossPercent as number) < 15, `${report.lossPercent} %`);
    assert.deepEqual(wrongIn(report.errors), {});
  });

  test('an answer that somebody changed is noticed', async (context) => {
    // A success response of Allocate; its FINGERPRINT, where there is one, would hide what the integrity is for.
    const fault: Fault = (message) => (message.readUInt16BE(0) === 0x0103 ? [changeLifetime(message)] : [message]);
    const proxy = await FaultyProxy.open(relay.listener('udp'), fault);
    context.after(() => proxy.close());
    const report = await load({ url: urlOf('udp', proxy.port), direction: 'up' });
    assert.deepEqual(wrongIn(report.errors), { badIntegrity: ALLOCATIONS });
  });
});

/** Changes LIFETIME (0x000d) of a message, which nothing but the integrity protects. */
function changeLifetime(message: Buffer): Buffer {
  for (let at = 20; at < message.length; at += 4 + ((message.readUInt16BE(at + 2) + 3) & ~3)) {
    if (message.readUInt16BE(at) === 0x000d) {
      return flipBit(message, at + 7);
    }
  }
  throw new Error('the answer has no LIFETIME');
}

describe('taciturn load', { timeout: 60_000 }, () => {
  const run = (url: string, ...args: readonly string[]) =>
    runCli(['load', url, '--seconds', '0.2', '--warmup', '0', '--window', '8', ...args], {
      environment: { TACITURN_LOAD_USER: credential.username, TACITURN_LOAD_PASSWORD: credential.credential },
    });

  test('prints a table, or one line of JSON', async () => {
    const { code, stdout, output } = await run(urlOf('udp'), '--direction', 'echo');
    assert.equal(code, 0, output);
    assert.match(stdout, /^turn:127\.0\.0\.1:\d+\?transport=udp: channel over udp, echo, 1 allocation, 160 bytes$/m);
    assert.match(stdout, /^ {2}delivered +[\d,]+ packets\/s$/m);
    assert.match(stdout, /^Every packet and answer that arrived was right\.$/m);
    const json = await run(urlOf('tcp'), '--json');
    assert.equal(json.code, 0, json.output);
    assert.equal(json.stdout.trimEnd().split('\n').length, 1);
    const report = JSON.parse(json.stdout) as LoadReport;
    assert.deepEqual([report.transport, report.windowPackets, report.lossPercent], ['tcp', 8, 0]);
  });

  test('ends with 3 when something was wrong', async (context) => {
    const fault = everyTenth((message) => [flipBit(message, message.length - 1)]);
    const proxy = await FaultyProxy.open(relay.listener('udp'), fault);
    context.after(() => proxy.close());
    const { code, stdout } = await run(urlOf('udp', proxy.port));
    assert.equal(code, 3);
    assert.match(stdout, /^Wrong: \d+ corrupted\.$/m);
  });

  test('ends with 1 when it cannot run, and with 2 when it was asked wrongly', async () => {
    const failed = await run(urlOf('udp'), '--password', 'wrong');
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /^taciturn: Only 0 of 1 clients got ready: .*401/);
    const none = await runCli(['load', urlOf('udp')]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /^taciturn: The credential is missing/);
    assert.equal((await run(urlOf('udp'), '--mode', 'fast')).code, 2);
    assert.equal((await run(urlOf('udp'), '--rate', 'ten')).code, 2);
  });
});
