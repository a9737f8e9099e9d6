import type { ControlSettings } from './control-settings.ts';
import type { UsageLevel } from './usage-plan.ts';

/** How long usage of each level is kept. */
export function listUsageRetention(settings: ControlSettings): Readonly<Record<UsageLevel, number>> {
  return {
    minute: settings.usageRetentionMs,
    hour: settings.usageHourRetentionMs,
    day: settings.usageDayRetentionMs,
  };
}
