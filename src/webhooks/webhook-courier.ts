import { WEBHOOKS_AT_ONCE, WEBHOOKS_AT_ONCE_PER_ACCOUNT, WEBHOOKS_WAITING_READ_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import type { RelayNoticeKind } from '../contract/relay-notice.ts';
import { deliverWebhook } from '../control/deliver-webhook.ts';
import type { ControlPorts } from '../control/ports.ts';
import { listNoticeKinds } from '../control/record-notices.ts';
import type { SendWebhook, WaitingWebhook } from '../control/webhook.ts';
import type { Logger } from '../observe/logger.ts';

/** How soon an event is sent that was queued, or that is due again. */
const ROUND_MS = 1_000;

export interface WebhookCourierOptions {
  readonly ports: ControlPorts;
  readonly send: SendWebhook;
  readonly log: Logger;
  /** Told when other notices are wanted of the relay than before; at first none are. */
  readonly onNoticesWanted: (kinds: readonly RelayNoticeKind[]) => void;
}

/** What became of attempts so far, and what waits. */
export interface CourierReadings {
  readonly delivered: number;
  readonly failed: number;
  readonly disabled: number;
  /** As of the last round. */
  readonly queued: number;
}

interface BusyWebhook {
  readonly accountId: AccountId;
  readonly done: Promise<void>;
}

/** Looks every second for events to deliver, and keeps several webhooks busy at once, each with several events. */
export class WebhookCourier {
  readonly #options: WebhookCourierOptions;
  readonly #busy = new Map<string, BusyWebhook>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;
  /** Some webhook waits for a turn. */
  #isCrowded = false;
  #wanted = '';
  #delivered = 0;
  #failed = 0;
  #disabled = 0;
  #queued = 0;

  constructor(options: WebhookCourierOptions) {
    this.#options = options;
  }

  start(): void {
    this.#round = this.#runRound().then(() => {
      if (!this.#isStopped) {
        this.#timer = setTimeout(() => this.start(), ROUND_MS);
      }
    });
  }

  read(): CourierReadings {
    return { delivered: this.#delivered, failed: this.#failed, disabled: this.#disabled, queued: this.#queued };
  }

  /** Begins nothing more, and resolves when what is under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    await Promise.all([...this.#busy.values()].map(({ done }) => done));
  }

  async #runRound(): Promise<void> {
    const { ports, log } = this.#options;
    try {
      await this.#tellWanted();
      this.#queued = await ports.store.webhookOutbox.count();
      const waiting = await ports.store.webhookOutbox.listWaiting(ports.clock.unixNow(), WEBHOOKS_WAITING_READ_MAX);
      this.#serveWhileThereIsRoom(waiting);
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'webhooks cannot be read from the store; trying again');
    }
  }

  async #tellWanted(): Promise<void> {
    const kinds = listNoticeKinds(await this.#options.ports.store.webhooks.listEnabled());
    const wanted = kinds.join();
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#options.onNoticesWanted(kinds);
    }
  }

  #serveWhileThereIsRoom(waiting: readonly WaitingWebhook[]): void {
    this.#isCrowded = false;
    for (const webhook of waiting) {
      if (!this.#mayServe(webhook)) {
        this.#isCrowded ||= !this.#busy.has(webhook.id);
      } else {
        const done = this.#deliverAll(webhook.id).finally(() => this.#busy.delete(webhook.id));
        this.#busy.set(webhook.id, { accountId: webhook.accountId, done });
      }
    }
  }

  #mayServe({ id, accountId }: WaitingWebhook): boolean {
    if (this.#isStopped || this.#busy.has(id) || this.#busy.size >= WEBHOOKS_AT_ONCE) {
      return false;
    }
    const ofAccount = [...this.#busy.values()].filter((busy) => busy.accountId === accountId).length;
    return ofAccount < WEBHOOKS_AT_ONCE_PER_ACCOUNT;
  }

  /** Delivers what is due; for a second only, while others wait for a turn. */
  async #deliverAll(webhook: string): Promise<void> {
    const { ports, send, log } = this.#options;
    try {
      const startedAt = ports.clock.now();
      const mayGoOn = () => !this.#isStopped && !(this.#isCrowded && ports.clock.now() - startedAt >= ROUND_MS);
      let hasMore = true;
      while (hasMore && mayGoOn()) {
        const round = await deliverWebhook(ports, send, webhook);
        this.#delivered += round.delivered;
        this.#failed += round.failed;
        hasMore = round.hasMore;
        if (round.isDisabled) {
          this.#disabled += 1;
          log.warn({ webhook }, 'a webhook was disabled: its receiver is gone, or has failed for days');
        }
      }
    } catch (error) {
      log.warn(
        { webhook, error: (error as Error).message },
        'what became of webhooks could not be stored; they are sent again',
      );
    }
  }
}
