import type { Random } from '../base/random.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long each further attempt waits after the one before: Standard Webhooks' schedule, for a day and a half. */
const DELAYS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
] as const;

/** However long a webhook fails, it is tried so often, so that it hears of everything soon after it has recovered. */
const WEBHOOK_DELAY_MS_MAX = 5 * MINUTE_MS;
/** Each delay is longer by up to a tenth, so that what failed together is not tried again together. */
const JITTER_STEPS = 1_000;

/** How long an event waits that has failed so often; undefined when it is given up. */
export function delayEvent(attempts: number, random: Random): number | undefined {
  const delayMs = DELAYS_MS[attempts - 1];
  return delayMs === undefined ? undefined : addJitter(delayMs, random);
}

/** How long a webhook is left alone of which so many rounds of attempts have failed entirely. */
export function delayWebhook(failures: number, random: Random): number {
  return addJitter(Math.min(DELAYS_MS[failures - 1] ?? WEBHOOK_DELAY_MS_MAX, WEBHOOK_DELAY_MS_MAX), random);
}

function addJitter(delayMs: number, random: Random): number {
  return Math.round(delayMs * (1 + random.below(JITTER_STEPS) / JITTER_STEPS / 10));
}
