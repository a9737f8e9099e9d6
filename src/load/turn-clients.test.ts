import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { parseTransportAddress } from '../base/ip.ts';
import { type AddressWords, copyAddress, sameAddress } from '../base/socket-address.ts';
import { verifyIntegrity } from '../stun/integrity.ts';
import { CLASS_ERROR, CLASS_SUCCESS, type MessageClass } from '../stun/message-type.ts';
import { MessageView } from '../stun/message-view.ts';
import { MessageWriter } from '../stun/message-writer.ts';
import { ATTRIBUTE_NONCE, ATTRIBUTE_REALM, ATTRIBUTE_XOR_RELAYED_ADDRESS } from '../stun/registry/attributes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
} from '../stun/registry/methods.ts';
import { FlowTable } from './flow-table.ts';
import { TICKS_PER_SECOND } from './load-clock.ts';
import type { LoadMode } from './load-options.ts';
import { RequestWriter } from './request-writer.ts';
import { zeroErrors } from './traffic-counts.ts';
import { TurnClients } from './turn-clients.ts';

const RELAYED = parseTransportAddress('127.0.0.1:50000') as AddressWords;
const PEER = parseTransportAddress('127.0.0.1:40000') as AddressWords;

/** One client in virtual time, and the server that answers it by hand. */
class Rig {
  readonly sent: Uint8Array[] = [];
  readonly told: string[] = [];
  readonly errors = zeroErrors();
  readonly flows = new FlowTable(1, 1);
  readonly clients: TurnClients;
  readonly #requests: RequestWriter;
  readonly #view = new MessageView();
  #seconds = 0;

  constructor(mode: LoadMode, isStream = false) {
    copyAddress(PEER, 0, this.flows.peerAddresses, 0);
    const { flows, errors, told } = this;
    const signer = { hashes: nodeHashes, user: 'user', password: 'pass', flows, seed: new Uint8Array(8) };
    this.#requests = new RequestWriter(signer);
    this.clients = new TurnClients({
      mode,
      isStream,
      legs: {
        refused: 0,
        open: () => told.push('open'),
        close: () => told.push('close'),
        send: (_client, bytes, offset, length) => this.sent.push(bytes.slice(offset, offset + length)),
        flush: () => {},
      },
      flows,
      requests: this.#requests,
      hashes: nodeHashes,
      clock: { now: () => this.#seconds * TICKS_PER_SECOND },
      errors,
      events: {
        handleReady: () => told.push('ready'),
        handleReleased: () => told.push('released'),
        handleFailed: (_client, reason) => told.push(`failed: ${reason}`),
      },
    });
  }

  /** The last request, parsed. */
  get request(): MessageView {
    const bytes = this.sent.at(-1) as Uint8Array;
    assert.equal(this.#view.parse(bytes, 0, bytes.length), undefined);
    return this.#view;
  }

  isSigned(): boolean {
    return verifyIntegrity(nodeHashes, this.request, this.#requests.keyOf('realm'));
  }

  answer(messageClass: MessageClass, code = 0, isSigned = true): boolean {
    const bytes = new Uint8Array(500);
    const writer = new MessageWriter();
    const { method, transactionAt } = this.request;
    writer.begin(bytes, 0, bytes.length, messageClass, method, this.request.bytes, transactionAt);
    if (code === 401 || code === 438) {
      writer.addErrorCode(code);
      writer.addText(ATTRIBUTE_REALM, 'realm');
      writer.addText(ATTRIBUTE_NONCE, `nonce ${this.sent.length}`);
    } else if (messageClass === CLASS_ERROR) {
      writer.addErrorCode(code);
    } else {
      writer.addXorAddress(ATTRIBUTE_XOR_RELAYED_ADDRESS, RELAYED);
      if (isSigned) {
        writer.addIntegrity(nodeHashes, this.#requests.keyOf('realm'));
      }
    }
    return this.clients.handleMessage(0, bytes, 0, writer.length);
  }

  /** Starts the client and answers up to its first signed request. */
  challenge(): void {
    this.clients.start(0);
    this.clients.handleLegOpened(0);
    this.answer(CLASS_ERROR, 401);
  }

  pass(seconds: number): void {
    this.#seconds += seconds;
    this.clients.handleTime();
  }
}

describe('TURN clients', () => {
  for (const [mode, method] of [
    ['channel', METHOD_CHANNEL_BIND],
    ['indication', METHOD_CREATE_PERMISSION],
  ] as const) {
    test(`allocate and bind in mode ${mode}, and release`, () => {
      const rig = new Rig(mode);
      rig.clients.start(0);
      assert.deepEqual([rig.told, rig.sent.length], [['open'], 0]);
      rig.clients.handleLegOpened(0);
      assert.deepEqual([rig.request.method, rig.request.integrityAt], [METHOD_ALLOCATE, -1]);
      rig.answer(CLASS_ERROR, 401);
      assert.deepEqual([rig.request.method, rig.isSigned()], [METHOD_ALLOCATE, true]);
      rig.answer(CLASS_SUCCESS);
      assert.deepEqual([rig.request.method, rig.isSigned()], [method, true]);
      assert.ok(sameAddress(rig.flows.relayed, 0, RELAYED, 0));
      rig.answer(CLASS_ERROR, 438);
      assert.deepEqual([rig.request.method, rig.isSigned()], [method, true]);
      rig.answer(CLASS_SUCCESS);
      assert.equal(rig.clients.isReady(0), true);
      rig.clients.release(0);
      assert.equal(rig.request.method, METHOD_REFRESH);
      rig.answer(CLASS_SUCCESS);
      assert.deepEqual(rig.told, ['open', 'ready', 'close', 'released']);
      assert.equal(rig.errors.badIntegrity, 0);
    });
  }

  test('leave no allocation behind when their permission is refused', () => {
    const rig = new Rig('channel');
    rig.challenge();
    rig.answer(CLASS_SUCCESS);
    rig.answer(CLASS_ERROR, 403);
    assert.equal(rig.request.method, METHOD_REFRESH);
    assert.deepEqual(rig.told, ['open']);
    rig.answer(CLASS_SUCCESS);
    assert.deepEqual(rig.told.slice(0, 2), ['open', 'close']);
    assert.match(
      rig.told[2] ?? '',
      /^failed: the server refused the permission request \(403 Forbidden\): .*peers\.allow/,
    );
    assert.equal(rig.told.length, 3);
  });

  test('go from Allocate to Refresh in mode allocate', () => {
    const rig = new Rig('allocate');
    rig.challenge();
    rig.answer(CLASS_SUCCESS);
    assert.equal(rig.request.method, METHOD_REFRESH);
    rig.answer(CLASS_SUCCESS);
    assert.deepEqual(rig.told, ['open', 'close', 'released']);
  });

  test('send again after 500 ms, twice that, …, and then give up', () => {
    const rig = new Rig('channel');
    rig.clients.start(0);
    rig.clients.handleLegOpened(0);
    const sentAfter: number[] = [];
    for (let tenth = 1; tenth <= 400 && rig.told.length === 1; tenth += 1) {
      const before = rig.sent.length;
      rig.pass(0.1);
      if (rig.sent.length > before) {
        sentAfter.push(tenth / 10);
      }
    }
    assert.deepEqual(
      sentAfter.map((seconds) => Math.round(seconds)),
      [1, 2, 4, 8, 16],
    );
    assert.deepEqual(rig.told, ['open', 'close', 'failed: the server did not answer']);
    assert.equal(rig.clients.retransmissions, 5);
  });

  test('leave it to a stream to send again', () => {
    const rig = new Rig('channel', true);
    rig.clients.start(0);
    rig.clients.handleLegOpened(0);
    rig.pass(9);
    assert.equal(rig.sent.length, 1);
    rig.pass(2);
    assert.deepEqual(rig.told, ['open', 'close', 'failed: the server did not answer']);
  });

  test('say what was refused', () => {
    const rig = new Rig('channel');
    rig.challenge();
    rig.answer(CLASS_ERROR, 508);
    assert.deepEqual(rig.told.slice(1), [
      'close',
      'failed: the server refused the Allocate request (508 Insufficient Capacity)',
    ]);
    const wrong = new Rig('channel');
    wrong.challenge();
    wrong.answer(CLASS_ERROR, 401);
    assert.deepEqual(wrong.told.slice(2), ['failed: the server refused the Allocate request (401 Unauthenticated)']);
  });

  test('count answers that are not signed as they must be', () => {
    const rig = new Rig('channel');
    rig.challenge();
    rig.answer(CLASS_SUCCESS, 0, false);
    assert.equal(rig.errors.badIntegrity, 1);
  });

  test('take an answer that comes twice, and nothing that is no answer', () => {
    const rig = new Rig('channel');
    rig.challenge();
    const view = rig.request;
    const copy = view.bytes.slice();
    assert.equal(rig.clients.handleMessage(0, copy, 0, copy.length), false);
    assert.equal(rig.answer(CLASS_SUCCESS), true);
    assert.equal(rig.clients.handleMessage(0, Uint8Array.of(0, 1, 2), 0, 3), false);
  });

  test('tell of a stream that ends', () => {
    const rig = new Rig('channel', true);
    rig.challenge();
    rig.answer(CLASS_SUCCESS);
    rig.answer(CLASS_SUCCESS);
    rig.clients.handleLegFailed(0, 'the server closed the connection');
    assert.deepEqual(rig.told.at(-1), 'failed: the server closed the connection');
    assert.equal(rig.errors.unexpected, 1);
  });
});
