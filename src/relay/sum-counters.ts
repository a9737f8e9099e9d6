/** The sums of counters that have the same names, with what they begin with. */
export function sumCounters(
  beginnings: Readonly<Record<string, number>>,
  records: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const sums = { ...beginnings };
  for (const counters of records) {
    for (const [name, value] of Object.entries(counters)) {
      sums[name] = (sums[name] ?? 0) + value;
    }
  }
  return sums;
}
