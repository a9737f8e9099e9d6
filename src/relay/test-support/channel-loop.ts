import { nodeClock } from '../../app/node-clock.ts';
import type { Clock, UnixMs } from '../../base/clock.ts';
import { LISTENERS_MAX } from '../../base/limits.ts';
import type { AddressWords } from '../../base/socket-address.ts';
import { NO_LIMITS } from '../../contract/limits.ts';
import { MessageView } from '../../stun/message-view.ts';
import type { ClientSocketId } from '../../turn/path.ts';
import { TurnServer } from '../../turn/server.ts';
import { ScriptClient, type ScriptHost } from '../../turn/test-support/script-client.ts';
import { type ScriptOptions, serverOptions } from '../../turn/test-support/script-options.ts';
import { ACCOUNT, KEY, TurnScript, UNIX_START } from '../../turn/test-support/turn-script.ts';
import { EventLoop } from '../event-loop.ts';
import { viewWorkerCounters, WORKER_COUNTERS_BYTES } from '../relay-counters.ts';
import type { DatagramHandler, DatagramSockets, SocketToken } from '../sockets/datagram-sockets.ts';
import { StreamTable } from '../stream-table.ts';
import { WORKER_HOLD_BYTES, WorkerHold } from '../worker-hold.ts';

/** The first UDP listener, and the socket of the first relay. */
export const LISTENER_TOKEN = 0 as SocketToken;
export const RELAY_TOKEN = LISTENERS_MAX as SocketToken;

/** Scripts are written for a certain time of day. */
const clock: Clock = { now: nodeClock.now, unixNow: () => (UNIX_START + nodeClock.now()) as UnixMs };

/** The event loop of a worker, for one client. Its requests are handed to the server; what it relays comes through sockets. */
export class ChannelLoop implements ScriptHost {
  readonly loop: EventLoop;
  readonly client: ScriptClient;
  readonly #view = new MessageView();

  constructor(
    makeSockets: (handler: DatagramHandler) => DatagramSockets,
    clientAddress: AddressWords,
    options: ScriptOptions = {},
  ) {
    const counters = viewWorkerCounters(new SharedArrayBuffer(WORKER_COUNTERS_BYTES));
    this.loop = new EventLoop({
      hold: new WorkerHold(new SharedArrayBuffer(WORKER_HOLD_BYTES)),
      clock,
      counters: counters.relay,
      makeSockets,
      makeServer: (features, backlog) =>
        new TurnServer({ ...serverOptions(options), features, backlog, counters: counters.turn }),
      makeStreams: (handler) =>
        new StreamTable(
          { clock, counters: counters.relay, firstId: LISTENERS_MAX, connectionsMax: 0, connectionsPerAddressMax: 0 },
          handler,
        ),
      onOtherWorkersCommand: () => {},
      onRelayOpenFailed: (_failure, reason) => {
        throw new Error(reason);
      },
    });
    // What is measured is how fast it can be.
    this.loop.server.setDefaultLimits(NO_LIMITS, clock.now());
    this.loop.server.applyChange({ kind: 'key-live', keyUid: KEY, accountId: ACCOUNT }, clock.now());
    const socket = LISTENER_TOKEN as number as ClientSocketId;
    this.client = new ScriptClient(this, 'client', socket, 'udp', clientAddress, new TurnScript().credential());
  }

  fromClient({ socket, address }: ScriptClient, bytes: Uint8Array): string[] {
    const { server } = this.loop;
    if (server.handleClient(socket, address, 0, bytes, 0, bytes.length, clock.now())) {
      const answer = server.forward;
      this.#view.parse(answer.bytes.slice(answer.offset, answer.offset + answer.length), 0, answer.length);
      this.client.learn(this.#view);
    }
    this.loop.settle();
    return [];
  }
}
