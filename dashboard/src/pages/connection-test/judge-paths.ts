import type { RelayPath } from './list-paths.ts';
import type { PathResult } from './path-result.ts';

export interface TestedPath {
  readonly path: RelayPath;
  /** Undefined until it was tried. */
  readonly result: PathResult | undefined;
}

/** What all results together mean for whoever is on this network, in a sentence. */
export function judgePaths(tested: readonly TestedPath[]): string | undefined {
  if (tested.length === 0 || tested.some(({ result }) => result === undefined)) {
    return undefined;
  }
  const turn = tested.filter(({ path }) => path.kind === 'turn');
  const good = turn.filter(({ result }) => result?.isOk === true);
  if (good.length === 0) {
    return 'Nothing gets through to the relay from here. Calls work on this network only where they need no relay.';
  }
  if (good.length === turn.length) {
    return 'Every path works from here.';
  }
  const isBlocked = (transport: RelayPath['transport']): boolean =>
    turn.some(({ path }) => path.transport === transport) && !good.some(({ path }) => path.transport === transport);
  const blocked = (['udp', 'tcp', 'tls'] as const).filter(isBlocked).map((transport) => transport.toUpperCase());
  const [best] = good;
  const works = best === undefined ? '' : `${best.path.transport.toUpperCase()} on port ${best.path.port} works`;
  return blocked.length === 0
    ? `Some ports are blocked on this network, but ${works}, so calls do too.`
    : `${blocked.join(' and ')} ${blocked.length === 1 ? 'does' : 'do'} not get through; ${works}, so calls do too.${explainTls(blocked)}`;
}

/** A page learns nothing of a handshake that failed: a certificate that the browser refuses looks as a blocked port does. */
function explainTls(blocked: readonly string[]): string {
  return blocked.includes('TLS')
    ? ' TLS is blocked on this network, or the browser refuses the certificate, as it does a self-signed one.'
    : '';
}
