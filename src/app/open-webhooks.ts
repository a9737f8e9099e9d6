import type { Config } from '../config/settings.ts';
import type { ControlPorts } from '../control/ports.ts';
import { recordNotices } from '../control/record-notices.ts';
import type { Logger } from '../observe/logger.ts';
import type { Relay } from '../relay/relay.ts';
import type { RelayOptions } from '../relay/relay-options.ts';
import { HttpWebhookSender } from '../webhooks/http-webhook-sender.ts';
import { NoticeSink } from '../webhooks/notice-sink.ts';
import { type CourierReadings, WebhookCourier } from '../webhooks/webhook-courier.ts';

export interface OpenedWebhooks {
  /** For the relay's options. */
  readonly onNotices: NonNullable<RelayOptions['onNotices']>;
  read(): CourierReadings;
  /** Delivers from now on, and has the relay tell what is wanted. */
  start(relay: Pick<Relay, 'wantNotices'>): void;
  /** Queues what the relay has told last, and ends the attempts that are under way: they are made again after the next start. */
  stop(): Promise<void>;
}

/** Prepares the delivery of webhooks. */
export function openWebhooks(config: Config, ports: ControlPorts, version: string, log: Logger): OpenedWebhooks {
  const sender = new HttpWebhookSender({
    allow: config.webhooks.allow.map(({ cidr }) => cidr),
    timeoutMs: config.webhooks.timeoutSeconds * 1000,
    userAgent: `taciturn/${version}`,
  });
  const sink = new NoticeSink({
    record: (notices, dropped) => recordNotices(ports, notices, dropped),
    onFailed: (error) => log.warn({ error: (error as Error).message }, 'events for webhooks could not be stored'),
  });
  let relay: Pick<Relay, 'wantNotices'> | undefined;
  const courier = new WebhookCourier({
    ports,
    send: (request) => sender.send(request),
    log,
    onNoticesWanted: (kinds) => relay?.wantNotices(kinds),
  });
  return {
    onNotices: (notices, dropped) => sink.push(notices, dropped),
    read: () => courier.read(),
    start: (opened) => {
      relay = opened;
      courier.start();
    },
    stop: async () => {
      await sink.settle();
      const stopped = courier.stop();
      sender.close();
      await stopped;
    },
  };
}
