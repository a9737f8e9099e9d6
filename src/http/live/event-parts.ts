import { LIVE_ALLOCATIONS_PER_EVENT_MAX } from '../../base/limits.ts';
import type { LiveAllocation } from '../../control/live-allocation.ts';
import type { LiveFrame } from '../../control/live-feed.ts';
import type { ChangedAllocation } from '../../control/worker-mirror.ts';
import { formatAllocation, formatTraffic } from '../cloudflare/format-allocation.ts';

/** One event. Its text is made when it is first sent, and once for all who watch. */
export interface EventPart {
  readonly text: string;
  /** The version that whoever has read the event has reached; undefined in the midst of one. */
  readonly version: number | undefined;
}

const partsOfFrames = new WeakMap<LiveFrame, readonly EventPart[]>();

/** The events that bring a reader from the version before to the frame's. */
export function splitFrame(name: string, frame: LiveFrame): readonly EventPart[] {
  const known = partsOfFrames.get(frame);
  if (known !== undefined) {
    return known;
  }
  const events: LazyEvent[] = [
    ...cut(frame.added).map((slice) => new LazyEvent('added', () => ({ allocations: slice.map(formatAllocation) }))),
    ...cut(frame.changed).map((slice) => new LazyEvent('changed', () => ({ allocations: slice.map(formatChange) }))),
    ...cut(frame.removed).map((slice) => new LazyEvent('removed', () => ({ ids: slice }))),
    new LazyEvent('missing', () => ({ workers: frame.missing })),
  ];
  events.at(-1)?.end(name, frame.version);
  partsOfFrames.set(frame, events);
  return events;
}

/** The events that tell everything to a reader that knows nothing; `part` 1 begins anew. */
export function splitSnapshot(
  name: string,
  snapshot: {
    readonly version: number;
    readonly allocations: readonly LiveAllocation[];
    readonly missing: readonly number[];
  },
): readonly EventPart[] {
  const slices = cut(snapshot.allocations);
  const whole = slices.length === 0 ? [[]] : slices;
  const events = whole.map(
    (slice, i) =>
      new LazyEvent('snapshot', () => ({
        part: i + 1,
        parts: whole.length,
        missing: snapshot.missing,
        allocations: slice.map(formatAllocation),
      })),
  );
  events.at(-1)?.end(name, snapshot.version);
  return events;
}

class LazyEvent implements EventPart {
  version: number | undefined;
  readonly #event: string;
  readonly #describe: () => object;
  #id = '';
  #text: string | undefined;

  constructor(event: string, describe: () => object) {
    this.#event = event;
    this.#describe = describe;
  }

  get text(): string {
    this.#text ??= `event: ${this.#event}\n${this.#id}data: ${JSON.stringify(this.#describe())}\n\n`;
    return this.#text;
  }

  /** Makes it the last of its version. */
  end(name: string, version: number): void {
    this.version = version;
    this.#id = `id: ${name}-${version}\n`;
  }
}

/** What has changed of an allocation: its traffic, or all of it. */
function formatChange({ allocation, isRecordNew }: ChangedAllocation): object {
  return isRecordNew ? formatAllocation(allocation) : { id: allocation.id, ...formatTraffic(allocation.traffic) };
}

function cut<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / LIVE_ALLOCATIONS_PER_EVENT_MAX) }, (_, i) =>
    items.slice(i * LIVE_ALLOCATIONS_PER_EVENT_MAX, (i + 1) * LIVE_ALLOCATIONS_PER_EVENT_MAX),
  );
}
