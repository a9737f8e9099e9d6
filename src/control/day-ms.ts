/** A day of UTC, which has no leap seconds here: the bucket of usage, and the unit of retention. */
export const DAY_MS = 86_400_000;
