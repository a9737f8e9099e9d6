/** The sign of the project: a pause between two words. */
export function BrandMark() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" fill="none" stroke="currentColor">
      <path d="M1 11h6m8 0h6" strokeWidth="2.5" strokeLinecap="round" />
      <circle cx="11" cy="11" r="2" fill="currentColor" stroke="none" />
    </svg>
  );
}
