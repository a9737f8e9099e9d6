import type { LoadPlan } from './load-plan.ts';
import type { LoadProgress } from './load-progress.ts';
import type { SearchFigures } from './load-report.ts';
import type { LoadSession } from './load-session.ts';
import { type ProbeOutcome, searchRate } from './search-rate.ts';
import { type PhaseFigures, TrafficPhase } from './traffic-phase.ts';

/** Of the figures, those of the best probe where the rate was searched. */
export interface TrafficFigures {
  readonly phase: PhaseFigures;
  readonly search: SearchFigures | undefined;
}

/** Offered less than this share, a rate was not offered; when others took the generator's CPU, a little less will do. */
const OFFERED_SHARE = 0.97;
const OFFERED_SHARE_DISTURBED = 0.93;
/** How long, in percent, a side may have been kept from its CPU for a failure to count. */
const SERVER_WAITED_MAX = 0.3;
const GENERATOR_WAITED_MAX = 0.5;
const HOPELESS_LOSS_PERCENT = 20;
/** Packets that the generator's own buffers may lose before a loss is its own. */
const OWN_DROPS_SHARE = 1 / 2_000;
/** The rate of a search's warm-up. */
const SEARCH_WARMUP_RATE = 5_000;

/** Warms up, then sends at the rate, with the window, or ever faster. */
export async function runTraffic(session: LoadSession, plan: LoadPlan): Promise<TrafficFigures> {
  const isSearch = plan.search === true;
  if (plan.warmupSeconds > 0) {
    const rate = isSearch ? SEARCH_WARMUP_RATE : plan.ratePerSecond;
    await runPhase(session, plan, { stage: 'warming up', detail: '' }, plan.warmupSeconds, rate);
  }
  if (isSearch) {
    return searchTraffic(session, plan);
  }
  const progress = { stage: 'running', detail: describePace(plan) } as const;
  return { phase: await runPhase(session, plan, progress, plan.seconds, plan.ratePerSecond), search: undefined };
}

async function searchTraffic(session: LoadSession, plan: LoadPlan): Promise<TrafficFigures> {
  let best: PhaseFigures | undefined;
  let last: PhaseFigures | undefined;
  const found = await searchRate(async (rate) => {
    const progress = { stage: 'searching', detail: `${Math.round(rate)} packets/s` } as const;
    const phase = await runPhase(session, plan, progress, plan.probeSeconds, rate);
    const outcome = plan.signal?.aborted === true ? ABORTED : judgeProbe(phase, rate, plan.lossPercentMax);
    best = outcome.verdict === 'passed' ? phase : best;
    last = phase;
    return outcome;
  });
  const { failing, generatorLimited, probes } = found;
  const search = { failingPerSecond: failing, generatorLimited, probes };
  // Where nothing passed, the last and lowest probe tells how far from passing it was.
  return { phase: best ?? (last as PhaseFigures), search };
}

const ABORTED: ProbeOutcome = { verdict: 'lost', isDisturbed: false, isHopeless: true };

function judgeProbe(phase: PhaseFigures, rate: number, lossPercentMax: number): ProbeOutcome {
  const { usage, lossPercent } = phase;
  const offered = phase.sent / phase.seconds / rate;
  const isLate = usage.generatorWaitedPercent > GENERATOR_WAITED_MAX;
  const isOffered = offered >= (isLate ? OFFERED_SHARE_DISTURBED : OFFERED_SHARE);
  const hasOwnDrops = phase.drops > phase.sent * OWN_DROPS_SHARE;
  const isLossless = lossPercent < lossPercentMax || lossPercent === 0;
  return {
    verdict: isLossless && isOffered ? 'passed' : !isOffered || hasOwnDrops ? 'not-offered' : 'lost',
    isDisturbed: isLate || (usage.serverWaitedPercent ?? 0) > SERVER_WAITED_MAX,
    isHopeless: lossPercent > HOPELESS_LOSS_PERCENT,
  };
}

function runPhase(
  session: LoadSession,
  plan: LoadPlan,
  progress: LoadProgress,
  seconds: number,
  ratePerSecond: number,
): Promise<PhaseFigures> {
  const phase = new TrafficPhase(
    session,
    {
      seconds,
      ratePerSecond,
      windowPackets: plan.search === true ? undefined : plan.windowPackets,
      serverPid: plan.serverPid,
      signal: plan.signal,
      onProgress: (fraction) => plan.onProgress?.({ ...progress, fraction }),
    },
    plan.direction === 'echo',
  );
  return phase.run();
}

function describePace({ windowPackets, ratePerSecond }: LoadPlan): string {
  return windowPackets === undefined ? `${ratePerSecond} packets/s` : `${windowPackets} packets under way`;
}
