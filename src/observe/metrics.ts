import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The relay's counters, read when somebody scrapes, never pushed. */
export interface RelayReadings {
  /** Counters of which each packet adds to exactly one. */
  readonly outcomes: readonly string[];
  /** Counters of what happens besides. */
  readonly events: readonly string[];
  /** What may fall as well as rise. */
  readonly gauges: readonly string[];
  /** The value of each by its name, summed over the workers; a missing one is 0. */
  readonly readCounters: () => Readonly<Record<string, number>>;
  /** How UDP is read and written, and why so, each one of a few words; undefined until the relay runs. */
  readonly readDatagramBackEnd: () => { readonly backEnd: string; readonly reason: string } | undefined;
}

/** What became of webhooks. */
export interface WebhookReadings {
  /** Attempts, by what came of them. */
  readonly delivered: number;
  readonly failed: number;
  /** Webhooks that were disabled since they failed. */
  readonly disabled: number;
  /** Events that wait. */
  readonly queued: number;
}

/** One answered HTTP request. */
export interface RequestObservation {
  readonly method: string;
  /** The route's pattern, as `/v1/turn/keys/:keyUid/…`, never a path: paths hold usernames. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What `/metrics` tells, in Prometheus' text format. No label ever names a user, a key or an address. */
export interface Metrics {
  observeRequest(observation: RequestObservation): void;
  readText(): Promise<string>;
  /** The media type of the text. */
  readonly contentType: string;
}

export interface CreateMetricsOptions {
  /** The program's version. */
  readonly version: string;
  readonly relay?: RelayReadings;
  readonly readWebhooks?: () => WebhookReadings;
}

/** In seconds: issuing a credential takes well below a millisecond, a write a few, a busy database up to seconds. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Makes the metrics of the process, in a registry of their own. */
export function createMetrics({ version, relay, readWebhooks }: CreateMetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerBuild(registry, version);
  if (relay !== undefined) {
    registerOutcomes(registry, relay);
    registerEvents(registry, relay);
    registerGauges(registry, relay);
    registerDatagramBackEnd(registry, relay);
  }
  if (readWebhooks !== undefined) {
    registerWebhooks(registry, readWebhooks);
  }
  return {
    observeRequest: registerRequests(registry),
    readText: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function registerBuild(registry: Registry, version: string): void {
  const build = new Gauge({
    name: 'taciturn_build_info',
    help: 'Always 1; its labels tell what runs.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  });
  build.set({ version, node_version: process.version }, 1);
}

function registerOutcomes(registry: Registry, { outcomes, readCounters }: RelayReadings): void {
  new Counter({
    name: 'taciturn_packets_total',
    help: 'Packets of clients and peers that the relay decided on, by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const counters = readCounters();
      this.reset();
      for (const outcome of outcomes) {
        this.inc({ outcome }, counters[outcome] ?? 0);
      }
    },
  });
}

function registerEvents(registry: Registry, { events, readCounters }: RelayReadings): void {
  for (const event of events) {
    new Counter({
      name: `taciturn_${event}_total`,
      help: `Counted by the relay: ${describe(event)}.`,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(readCounters()[event] ?? 0);
      },
    });
  }
}

function registerGauges(registry: Registry, { gauges, readCounters }: RelayReadings): void {
  for (const gauge of gauges) {
    new Gauge({
      name: `taciturn_${gauge}`,
      help: `What the relay has at present: ${describe(gauge)}.`,
      registers: [registry],
      collect() {
        this.set(readCounters()[gauge] ?? 0);
      },
    });
  }
}

function registerDatagramBackEnd(registry: Registry, { readDatagramBackEnd }: RelayReadings): void {
  new Gauge({
    name: 'taciturn_turn_datagram_back_end',
    help: 'Always 1; its labels tell how UDP is read and written, and why so.',
    labelNames: ['back_end', 'reason'],
    registers: [registry],
    collect() {
      const chosen = readDatagramBackEnd();
      this.reset();
      if (chosen !== undefined) {
        this.set({ back_end: chosen.backEnd, reason: chosen.reason }, 1);
      }
    },
  });
}

function registerWebhooks(registry: Registry, read: () => WebhookReadings): void {
  new Counter({
    name: 'taciturn_webhook_attempts_total',
    help: 'Attempts to deliver an event to a webhook, by what came of them.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { delivered, failed } = read();
      this.reset();
      this.inc({ outcome: 'delivered' }, delivered);
      this.inc({ outcome: 'failed' }, failed);
    },
  });
  new Counter({
    name: 'taciturn_webhooks_disabled_total',
    help: 'Webhooks that were disabled since their receiver was gone or failed for days.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read().disabled);
    },
  });
  new Gauge({
    name: 'taciturn_webhook_events_queued',
    help: 'Events that wait to be delivered to a webhook.',
    registers: [registry],
    collect() {
      this.set(read().queued);
    },
  });
}

function describe(name: string): string {
  return name.replaceAll('_', ' ');
}

function registerRequests(registry: Registry): Metrics['observeRequest'] {
  const requests = new Counter({
    name: 'taciturn_http_requests_total',
    help: 'Answered HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'taciturn_http_request_duration_seconds',
    help: 'From the header of an HTTP request to the end of its answer.',
    labelNames: ['route'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  return ({ method, route, status, seconds }) => {
    requests.inc({ method, route, status });
    durations.observe({ route }, seconds);
  };
}
