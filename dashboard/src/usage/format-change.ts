/** How a sum differs from that of the period before. */
export function formatChange(now: number, before: number): string {
  if (before === 0) {
    return now === 0 ? 'none before, either' : 'none in the period before';
  }
  const percent = Math.round((100 * (now - before)) / before);
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '±';
  return `${sign}${Math.abs(percent).toLocaleString('en')} % against the period before`;
}
