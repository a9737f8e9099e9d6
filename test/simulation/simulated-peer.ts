import { formatTransportAddress } from '../../src/base/ip.ts';
import { type AddressWords, familyOf, withPort } from '../../src/base/socket-address.ts';
import { addressKey } from './address-key.ts';
import { drawLength } from './clients/client-traffic.ts';
import { requireInvariant } from './invariant.ts';
import { DATAGRAM_BYTES_MAX, type Datagram } from './network/network.ts';
import type { SimulationContext } from './simulation-context.ts';

/** Probability that a peer answers what it receives. */
const ANSWER_RATE = 0.5;
/** Between what a peer says first. One that nobody may reach only tries now and then. */
const PAUSE_MS_MIN = 20;
const PAUSE_MS_MAX = 20_000;
const DENIED_PAUSE_MS_MIN = 2_000;
const DENIED_PAUSE_MS_MAX = 200_000;

/**
 * Somebody beyond the relay: answers, and speaks first, to relayed addresses that it knows and, as anyone may, to ones
 * that it guesses.
 */
export class SimulatedPeer {
  readonly #context: SimulationContext;
  readonly #address: AddressWords;
  /** Whether no client may reach it, so that whatever it receives is a breach. */
  readonly #isDenied: boolean;

  constructor(context: SimulationContext, address: AddressWords, isDenied: boolean) {
    this.#context = context;
    this.#address = address;
    this.#isDenied = isDenied;
    context.network.attach(address, (datagram) => this.#receive(datagram));
  }

  /** Speaks now and then until `isOver()`. */
  run(isOver: () => boolean): void {
    const { queue, draw } = this.#context;
    const pauseMs = this.#isDenied
      ? draw.logarithmic(DENIED_PAUSE_MS_MIN, DENIED_PAUSE_MS_MAX)
      : draw.logarithmic(PAUSE_MS_MIN, PAUSE_MS_MAX);
    queue.schedule(pauseMs, () => {
      if (!isOver()) {
        this.#speak();
        this.run(isOver);
      }
    });
  }

  #speak(): void {
    const { draw, relayRegister, topology, scenario } = this.#context;
    const sameFamily = (relayed: AddressWords): boolean => familyOf(relayed) === familyOf(this.#address);
    const known = relayRegister.recent.filter(sameFamily);
    if (known.length > 0 && draw.chance(0.9)) {
      this.#send(draw.pick(known));
      return;
    }
    const relay = topology.relays.find(({ advertised }) => sameFamily(advertised));
    if (relay !== undefined) {
      this.#send(withPort(relay.advertised, draw.integer(scenario.ports.min, scenario.ports.max)));
    }
  }

  #send(to: AddressWords): void {
    const { draw, ledger, network } = this.#context;
    const destinations = [addressKey(to)];
    network.send(
      this.#address,
      to,
      ledger.issue(addressKey(this.#address), () => destinations, drawLength(draw, DATAGRAM_BYTES_MAX)),
    );
  }

  #receive(datagram: Datagram): void {
    const { trace, queue, ledger, relayRegister, draw } = this.#context;
    const name = formatTransportAddress(this.#address);
    const source = formatTransportAddress(datagram.from);
    trace.record(queue.now, () => `peer ${name} ← ${source} ${datagram.bytes.length} bytes`);
    requireInvariant(!this.#isDenied, 'permission', () => `${name}, which nobody may reach, got data of ${source}`);
    const record = ledger.read(datagram.bytes);
    requireInvariant(record !== undefined, 'payload', () => `peer ${name} got a payload that nobody sent`);
    if (record !== 'unstamped') {
      const isMeant = [...record.destinations()].includes(addressKey(this.#address));
      requireInvariant(isMeant, 'payload', () => `peer ${name} got a payload of ${record.sender} meant for another`);
      requireInvariant(
        relayRegister.isSource(record, datagram.from),
        'payload',
        () => `peer ${name} got a payload of ${record.sender} from ${source}, which was never relayed for it`,
      );
    }
    if (draw.chance(ANSWER_RATE)) {
      this.#send(datagram.from);
    }
  }
}
