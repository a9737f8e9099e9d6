import { useEffect, useState } from 'react';
import { fillPath } from '../../api/client.ts';
import type { LiveAllocation } from './live-allocation.ts';
import { LiveTable } from './live-table.ts';

const STREAM = '/client/v4/accounts/{accountId}/calls/turn_allocations/stream';

export type StreamState = 'connecting' | 'open' | 'lost';

export interface LiveAllocations {
  readonly allocations: readonly LiveAllocation[];
  readonly state: StreamState;
  /** Workers that do not answer, whose allocations may be old. */
  readonly missingWorkers: readonly number[];
}

const NOTHING: LiveAllocations = { allocations: [], state: 'connecting', missingWorkers: [] };

/** The live allocations of an account, or of one of its keys, as they are from second to second. */
export function useLiveAllocations(accountId: string, { keyUid }: { readonly keyUid?: string } = {}): LiveAllocations {
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    setLive(NOTHING);
    const query = keyUid === undefined ? '' : `?key_uid=${encodeURIComponent(keyUid)}`;
    return follow(fillPath(STREAM, { accountId }) + query, setLive);
  }, [accountId, keyUid]);
  return live;
}

/** Opens the stream, and tells `onChange` at most once for all events that arrive together; gives what closes it. */
function follow(url: string, onChange: (live: LiveAllocations) => void): () => void {
  const table = new LiveTable();
  const source = new EventSource(url);
  let state: StreamState = 'connecting';
  let frame = 0;
  const publish = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      onChange({ allocations: table.list(), state, missingWorkers: table.missingWorkers });
    });
  };
  source.addEventListener('error', () => {
    state = 'lost';
    publish();
  });
  for (const name of ['snapshot', 'added', 'changed', 'removed', 'missing'] as const) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      state = 'open';
      table.apply(name, JSON.parse(data) as object);
      publish();
    });
  }
  return () => {
    cancelAnimationFrame(frame);
    source.close();
  };
}
