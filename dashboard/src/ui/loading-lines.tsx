/** Stands for content that is on its way. */
export function LoadingLines({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div className="stack" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move.
        <div key={i} className="skeleton" />
      ))}
    </div>
  );
}
