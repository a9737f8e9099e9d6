import { setTimeout as delay } from 'node:timers/promises';
import { UsageMeter } from '../../src/load/usage-meter.ts';
import { type RunningTaciturn, startTaciturn } from '../compare/start-taciturn.ts';
import { loadRelay } from './background-load.ts';
import type { ControlConditions, ControlFigures, ControlRow, ControlTarget } from './control-row.ts';
import { measureIssue } from './measure-issue.ts';
import { measureLivePages } from './measure-live-pages.ts';
import { measureRevocation, type RevocationFigures } from './measure-revocation.ts';
import { measureRevoked } from './measure-revoked.ts';
import { keepUsernamesLive } from './revocation-victims.ts';

const CONNECTIONS = 32;
/** Credentials a second that are issued while others are revoked. */
const BACKGROUND_ISSUE = { ratePerSecond: 1_000, connections: 8 } as const;
/** So long before and after a measurement the load beside it runs. */
const MARGIN_SECONDS = 1;
const LIVE_USERNAMES = 5_000;
const REVOKED = 1_000_000;
/** One token makes more calls here than any limit for one means to allow. */
const NO_TOKEN_LIMIT = { TACITURN_HTTP_REQUESTS_PER_TOKEN_PER_MINUTE: '0' };
/** Five times as often as by default, so that revocations meet flushes. */
const FLUSH_OFTEN = { ...NO_TOKEN_LIMIT, TACITURN_USAGE_FLUSH_SECONDS: '1' };

const GONE: readonly ControlTarget[] = [{ figure: 'goneMaxMs', isMoreBetter: false, must: 100, aim: 20 }];

export const controlRows: readonly ControlRow[] = [
  {
    id: 'issue-relaying',
    title: 'Credentials issued while 5,000 packets a second are relayed, one worker, one core',
    targets: [
      { figure: 'issuedPerSecond', isMoreBetter: true, must: 6_000, aim: 10_000 },
      { figure: 'issueP99Ms', isMoreBetter: false, must: 25, aim: 25 },
    ],
    measure: (conditions) => withService(conditions, 1, NO_TOKEN_LIMIT, (server) => issueRelaying(server, conditions)),
  },
  {
    id: 'issue-alone',
    title: 'Credentials issued, and nothing else, one worker, one core',
    targets: [],
    measure: (conditions) => withService(conditions, 1, NO_TOKEN_LIMIT, (server) => issue(server, conditions)),
  },
  {
    id: 'revoke-idle',
    title: 'Revocation, two workers, one core, nothing else',
    targets: GONE,
    measure: (conditions) => withService(conditions, 2, FLUSH_OFTEN, (server) => revoke(server, conditions)),
  },
  {
    id: 'revoke-loaded',
    title: 'Revocation while 1,000 credentials are issued and 5,000 packets relayed a second',
    targets: GONE,
    measure: (conditions) => withService(conditions, 2, FLUSH_OFTEN, (server) => revokeLoaded(server, conditions)),
  },
  {
    id: 'revoke-flushing',
    title: `Revocation while the usage of ${LIVE_USERNAMES} usernames is flushed every second`,
    targets: GONE,
    measure: (conditions) => withService(conditions, 2, FLUSH_OFTEN, (server) => revokeFlushing(server, conditions)),
  },
  {
    id: 'live-pages',
    title: 'The list of 20,000 live allocations over HTTP, in pages of 1,000, two workers, one core',
    targets: [],
    measure: (conditions) => withService(conditions, 2, NO_TOKEN_LIMIT, (server) => listLive(server, conditions)),
  },
  ...([1, 2] as const).map(
    (workers): ControlRow => ({
      id: `revoked-${workers}`,
      title: `${REVOKED} revoked usernames, workers: ${workers}`,
      targets: [{ figure: 'moreMemoryMib', isMoreBetter: false, must: 95.4, aim: 95.4 }],
      measure: (conditions) => compareRevoked(conditions, workers),
    }),
  ),
];

async function withService(
  { certificate, serverCores }: ControlConditions,
  workers: number,
  environment: Readonly<Record<string, string>>,
  measure: (server: RunningTaciturn) => Promise<ControlFigures>,
): Promise<ControlFigures> {
  const server = await startTaciturn({ workers, cores: serverCores }, certificate, { environment });
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

async function issue(
  server: RunningTaciturn,
  { seconds, generatorCores: cores }: ControlConditions,
): Promise<ControlFigures> {
  await measureIssue(server, { cores, seconds: 2, connections: CONNECTIONS });
  const meter = new UsageMeter(server.pid);
  const { perSecond, p50Ms, p99Ms, maxMs } = await measureIssue(server, { cores, seconds, connections: CONNECTIONS });
  const { serverCpuPercent = 0 } = meter.read();
  return { issuedPerSecond: perSecond, issueP50Ms: p50Ms, issueP99Ms: p99Ms, issueMaxMs: maxMs, serverCpuPercent };
}

async function issueRelaying(server: RunningTaciturn, conditions: ControlConditions): Promise<ControlFigures> {
  const { seconds, generatorCores } = conditions;
  // It includes the warm-up of `issue`.
  const relaying = loadRelay(server, generatorCores, seconds + 2 + 2 * MARGIN_SECONDS);
  await delay(1_000 * MARGIN_SECONDS);
  const figures = await issue(server, conditions);
  return { ...figures, ...describeRelayed(await relaying) };
}

async function revoke(server: RunningTaciturn, { revocations }: ControlConditions): Promise<ControlFigures> {
  return describeRevocation(await measureRevocation(server, revocations));
}

async function revokeLoaded(server: RunningTaciturn, conditions: ControlConditions): Promise<ControlFigures> {
  const { generatorCores: cores, revocations } = conditions;
  // Preparing a credential's allocations and revoking it takes some 30 ms under this load.
  const seconds = MARGIN_SECONDS + Math.ceil(revocations / 30);
  const relaying = loadRelay(server, cores, seconds);
  const issuing = measureIssue(server, { cores, seconds, ...BACKGROUND_ISSUE });
  await delay(1_000 * MARGIN_SECONDS);
  const figures = await revoke(server, conditions);
  const { perSecond } = await issuing;
  return { ...figures, issuedPerSecond: perSecond, ...describeRelayed(await relaying) };
}

async function revokeFlushing(server: RunningTaciturn, conditions: ControlConditions): Promise<ControlFigures> {
  const end = await keepUsernamesLive(server, LIVE_USERNAMES);
  const figures = await revoke(server, conditions);
  await end();
  return figures;
}

async function listLive(server: RunningTaciturn, conditions: ControlConditions): Promise<ControlFigures> {
  const { allocations, pageMs, listMs } = await measureLivePages(server, conditions);
  return {
    allocations,
    pageP50Ms: pageMs.p50,
    pageP99Ms: pageMs.p99,
    pageMaxMs: pageMs.max,
    listP50Ms: listMs.p50,
    listMaxMs: listMs.max,
  };
}

async function compareRevoked(conditions: ControlConditions, workers: number): Promise<ControlFigures> {
  const { certificate, serverCores: cores, generatorCores, seconds } = conditions;
  const options = { workers, cores, generatorCores, seconds, count: REVOKED };
  const [without, having] = await measureRevoked(certificate, options);
  return {
    moreMemoryMib: having.residentMib - without.residentMib,
    memoryMib: having.residentMib,
    startWithoutMs: without.startMs,
    startMs: having.startMs,
    channelDataWithoutUs: without.channelDataUs,
    channelDataUs: having.channelDataUs,
    cyclesWithoutPerSecond: without.allocateCyclesPerSecond,
    cyclesPerSecond: having.allocateCyclesPerSecond,
  };
}

function describeRelayed(relayed: Awaited<ReturnType<typeof loadRelay>>): ControlFigures {
  return {
    relayedPerSecond: relayed.deliveredPerSecond,
    lostPercent: relayed.lossPercent,
    wrongPackets: relayed.errors,
  };
}

function describeRevocation({ answerMs, goneMs }: RevocationFigures): ControlFigures {
  return {
    answerP50Ms: answerMs.p50,
    answerP99Ms: answerMs.p99,
    answerMaxMs: answerMs.max,
    goneP50Ms: goneMs.p50,
    goneP99Ms: goneMs.p99,
    goneMaxMs: goneMs.max,
  };
}
