import type { Page } from 'playwright-core';
import type { IceServer } from '../support/service.ts';

export interface IceConfiguration {
  readonly iceServers: readonly IceServer[];
}

interface Description {
  readonly type: string;
  readonly sdp: string;
}

/** One page with one side of a call; see page/peer.js. */
export class BrowserPeer {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  start = (configuration: IceConfiguration, options: { readonly sendsVideo: boolean }): Promise<void> =>
    this.#call('start', configuration, options);
  offer = (options: { readonly iceRestart?: boolean } = {}): Promise<Description> => this.#call('offer', options);
  answer = (description: Description): Promise<Description> => this.#call('answer', description);
  accept = (description: Description): Promise<void> => this.#call('accept', description);
  renew = (configuration: IceConfiguration): Promise<void> => this.#call('renew', configuration);
  send = (length: number): Promise<string> => this.#call('send', length);
  readReceived = (): Promise<{ readonly length: number; readonly sha256: string }> => this.#call('readReceived');
  countFrames = (): Promise<{ readonly packets: number; readonly frames: number }> => this.#call('countFrames');
  readPath = (): Promise<{ readonly local?: string; readonly remote?: string; readonly relayProtocol?: string }> =>
    this.#call('readPath');
  readState = (): Promise<{
    readonly connection: string;
    readonly candidateErrors: readonly string[];
    readonly channel?: string;
  }> => this.#call('readState');
  close = (): Promise<void> => this.#page.close();

  #call<Result>(name: string, ...args: readonly unknown[]): Promise<Result> {
    return this.#page.evaluate(
      ([called, given]) =>
        (globalThis as unknown as { peer: Record<string, (...all: readonly unknown[]) => Result> }).peer[
          called as string
        ]?.(...(given as readonly unknown[])) as Result,
      [name, args] as const,
    );
  }
}
