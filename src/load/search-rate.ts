/** What came of offering one rate for a while. */
export type ProbeVerdict =
  | 'passed'
  /** The server lost too much. */
  | 'lost'
  /** The generator could not offer that much, or lost arrivals itself. */
  | 'not-offered';

/** One probe, with whether others took CPU time away meanwhile: then a failure says nothing. */
export interface ProbeOutcome {
  readonly verdict: ProbeVerdict;
  readonly isDisturbed: boolean;
  /** So much was lost that no disturbance explains it. */
  readonly isHopeless: boolean;
}

export interface RateSearch {
  /** The highest rate that passed, or 0. */
  readonly passing: number;
  /** The lowest that failed, or 0. */
  readonly failing: number;
  readonly generatorLimited: boolean;
  readonly probes: number;
}

/** Rates that are tried: the first, the lowest and the highest. */
const RATE_FIRST = 5_000;
const RATE_MIN = 500;
const RATE_MAX = 4_000_000;
/** The search ends when passing and failing are so close. */
const RESOLUTION = 0.03;
/** A rate has failed when this many undisturbed probes did; disturbed ones are repeated so often. */
const CLEAN_FAILURES = 2;
const TRIES_MAX = 7;
/** When so many probes have not ended the search, it ends with what it has found. */
export const PROBES_MAX = 60;

/** The highest rate that passes: by growth until one fails, then by halving the gap. */
export async function searchRate(probe: (ratePerSecond: number) => Promise<ProbeOutcome>): Promise<RateSearch> {
  let probes = 0;
  let [passing, failing, generatorLimited] = [0, 0, false];
  const judge = async (rate: number): Promise<ProbeVerdict> => {
    let [verdict, cleanFailures]: [ProbeVerdict, number] = ['lost', 0];
    for (let tries = 0; tries < TRIES_MAX && cleanFailures < CLEAN_FAILURES; tries += 1) {
      probes += 1;
      const outcome = await probe(rate);
      verdict = outcome.verdict;
      if (verdict === 'passed' || outcome.isHopeless) {
        break;
      }
      cleanFailures += outcome.isDisturbed ? 0 : 1;
    }
    return verdict;
  };
  for (let rate = RATE_FIRST; rate >= RATE_MIN && rate <= RATE_MAX && probes < PROBES_MAX; ) {
    const verdict = await judge(rate);
    if (verdict === 'passed') {
      passing = rate;
    } else {
      failing = rate;
      generatorLimited = verdict === 'not-offered';
    }
    if (failing > 0 && (failing - passing) / failing < RESOLUTION) {
      break;
    }
    rate = nextRate(passing, failing);
  }
  return { passing, failing, generatorLimited, probes };
}

function nextRate(passing: number, failing: number): number {
  if (failing === 0) {
    return passing < 4 * RATE_FIRST ? 2 * passing : 1.5 * passing;
  }
  return (passing + failing) / 2;
}
