/**
 * The one-time token of a link, which stands in its fragment so that it reaches no log. It is taken out of the address
 * line at once, so that it stays in no history.
 */
export function readFragmentToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  if (token !== '') {
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return token;
}
