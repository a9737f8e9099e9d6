/** The shape of some values in a line of text. */
export function Sparkline({ values, title }: { readonly values: readonly number[]; readonly title: string }) {
  const top = Math.max(1, ...values);
  const step = values.length < 2 ? 0 : 96 / (values.length - 1);
  const points = values.map((value, i) => `${(i * step).toFixed(1)},${(21 - (value / top) * 19).toFixed(1)}`);
  return (
    <svg width="96" height="22" viewBox="0 0 96 22" role="img" aria-label={title}>
      <polyline points={points.join(' ')} fill="none" stroke="var(--accent)" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
}
