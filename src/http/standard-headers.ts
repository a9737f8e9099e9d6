/**
 * Header fields of every answer. Answers hold secrets, so nothing caches them; and they are data, so a browser that is
 * led to one neither runs, frames, nor guesses at it.
 */
export const STANDARD_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
