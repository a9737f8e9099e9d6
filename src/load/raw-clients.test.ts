import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTransportAddress } from '../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress, sameAddress } from '../base/socket-address.ts';
import { FlowTable } from './flow-table.ts';
import { TICKS_PER_SECOND } from './load-clock.ts';
import { DIRECTION_UP, EPOCH_GREETING, PAYLOAD_HEADER_BYTES, PayloadFormat } from './payload-format.ts';
import { RawClients } from './raw-clients.ts';

const PEER = parseTransportAddress('127.0.0.1:4001') as AddressWords;
const RUN = 1;

function relayAddress(client: number): AddressWords {
  return parseTransportAddress(`127.0.0.1:${50_000 + client}`) as AddressWords;
}

/** Two clients in virtual time, and a forwarder that is played by hand. */
class Rig {
  readonly told: string[] = [];
  readonly flows = new FlowTable(2, 1, 1);
  readonly clients: RawClients;
  #seconds = 0;

  constructor() {
    copyAddress(PEER, 0, this.flows.peerAddresses, 0);
    const { flows, told } = this;
    this.clients = new RawClients({
      legs: {
        refused: 0,
        open: (client) => told.push(`open ${client}`),
        close: (client) => told.push(`close ${client}`),
        send: () => {},
        flush: () => {},
      },
      flows,
      payload: new PayloadFormat(PAYLOAD_HEADER_BYTES, RUN),
      sender: { greet: (client) => told.push(`greet ${client}`) },
      clock: { now: () => this.#seconds * TICKS_PER_SECOND },
      events: {
        handleReady: (client) => told.push(`ready ${client}`),
        handleReleased: (client) => told.push(`released ${client}`),
        handleFailed: (client, reason) => told.push(`failed ${client}: ${reason}`),
      },
    });
  }

  begin(client: number): void {
    this.clients.start(client);
    this.clients.handleLegOpened(client);
  }

  /** A greeting arrives at the peer. */
  forward(client: number, run = RUN): void {
    const bytes = new Uint8Array(PAYLOAD_HEADER_BYTES);
    const payload = new PayloadFormat(PAYLOAD_HEADER_BYTES, run);
    payload.writeHeader(new DataView(bytes.buffer), 0, 0, client, 0, 0, EPOCH_GREETING, DIRECTION_UP);
    this.clients.handlePeerDatagram(bytes, 0, bytes.length, relayAddress(client), 0);
  }

  pass(seconds: number): void {
    this.#seconds += seconds;
    this.clients.handleTime();
  }
}

describe('clients of a forwarder', () => {
  test('greet the peer, and are ready with the address that the greeting came from', () => {
    const rig = new Rig();
    rig.begin(0);
    rig.begin(1);
    assert.equal(rig.clients.isReady(1), false);
    rig.forward(1);
    rig.forward(0);
    assert.deepEqual(rig.told, ['open 0', 'greet 0', 'open 1', 'greet 1', 'ready 1', 'ready 0']);
    assert.equal(rig.clients.isReady(1), true);
    for (const client of [0, 1]) {
      assert.ok(sameAddress(rig.flows.relayed, client * ADDRESS_WORDS, relayAddress(client), 0));
    }
  });

  test('take one greeting each, and nothing that is none', () => {
    const rig = new Rig();
    rig.begin(0);
    rig.forward(0, RUN + 1);
    rig.clients.handlePeerDatagram(new Uint8Array(4), 0, 4, relayAddress(0), 0);
    rig.forward(1);
    rig.forward(7);
    assert.deepEqual(rig.told, ['open 0', 'greet 0']);
    rig.forward(0);
    rig.forward(0);
    assert.deepEqual(rig.told.slice(2), ['ready 0']);
  });

  test('greet again every half second, and give up after six times', () => {
    const rig = new Rig();
    rig.begin(0);
    rig.pass(0.5);
    assert.equal(rig.told.length, 2);
    for (let step = 0; step < 8; step += 1) {
      rig.pass(0.6);
    }
    assert.deepEqual(rig.told.slice(2), [
      ...Array.from({ length: 5 }, () => 'greet 0'),
      'close 0',
      'failed 0: nothing that a client sent came to 127.0.0.1:4001, which is where the forwarder must send to',
    ]);
    assert.equal(rig.clients.retransmissions, 5);
  });

  test('tell of a socket that does not open', () => {
    const rig = new Rig();
    rig.clients.start(0);
    rig.clients.handleLegFailed(0, 'no descriptors');
    assert.deepEqual(rig.told.slice(1), ['close 0', 'failed 0: no descriptors']);
  });

  test('end without a word to the forwarder, and not from within the call', async () => {
    const rig = new Rig();
    rig.begin(0);
    rig.forward(0);
    rig.clients.release(0);
    assert.deepEqual(rig.told.slice(3), ['close 0']);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(rig.told.slice(4), ['released 0']);
    assert.equal(rig.clients.isReady(0), false);
  });
});
