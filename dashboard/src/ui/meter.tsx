/** How much of a limit is used. */
export function Meter({
  used,
  limit,
  label,
}: {
  readonly used: number;
  readonly limit: number;
  readonly label: string;
}) {
  const percent = Math.min(100, (100 * used) / limit);
  return (
    <div className="meter" role="img" aria-label={`${label}: ${Math.round(percent)} %`}>
      <svg width={`${percent}%`} height="6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100%" height="6" fill={percent >= 90 ? 'var(--danger)' : 'currentColor'} />
      </svg>
    </div>
  );
}
