/** A whole number with its thousands apart: `20,000`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en');
}
