import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DatagramAddon, EngineConfig } from '../../../native/index.js';
import type { DatagramHandler } from './datagram-sockets.ts';
import { NativeSockets } from './native-sockets.ts';

const nobody: DatagramHandler = { handleOpened() {}, handleOpenFailed() {}, handleBatch() {}, handleIcmp() {} };

/** What the addon makes of a configuration that no TypeScript of its own would pass. */
export function testEngineConfig(backEnd: 'io_uring' | 'mmsg', addon: DatagramAddon): void {
  const configured = recordConfig(backEnd, addon);
  const refused: readonly (readonly [of: string, change: object, says: RegExp])[] = [
    ['a number that is none', { bufferCount: 'many' }, /refused with status 6: napi_get_value_uint32/],
    ['a flag that is none', { isUring: 1 }, /refused with status 7: napi_get_value_bool/],
    ['too few buffers', { bufferCount: 32 }, /`bufferCount` must be a power of two/],
    ['an array that is none', { slab: 'none' }, /`slab`/],
    ['an array of another type', { row: new Uint8Array(64) }, /`row`/],
    ['an array that is too short', { queue: new Uint32Array(1) }, /`queue`/],
    ['a callback that is none', { onReady: undefined }, /refused with status 1: napi_create_reference/],
  ];
  for (const [of, change, says] of refused) {
    it(`${backEnd} is not made of ${of}, and says so`, () => {
      assert.throws(() => addon.createEngine({ ...configured, ...change }), says);
    });
  }

  it(`${backEnd} passes on what a configuration throws`, () => {
    const throwing: EngineConfig = {
      ...configured,
      get errors(): Uint32Array {
        throw new RangeError('not to be read');
      },
    };
    assert.throws(() => addon.createEngine(throwing), { name: 'RangeError', message: 'not to be read' });
  });

  it(`${backEnd} refuses an argument that is no number`, () => {
    const engine = addon.createEngine(configured);
    assert.throws(() => engine.close('one' as unknown as number), /refused with status 6: napi_get_value_uint32/);
    engine.stop();
    assert.throws(() => engine.close(1), /these sockets are stopped/);
  });
}

/** A configuration as `NativeSockets` makes it. */
function recordConfig(backEnd: 'io_uring' | 'mmsg', addon: DatagramAddon): EngineConfig {
  let recorded: EngineConfig | undefined;
  const recorder: DatagramAddon = {
    ...addon,
    createEngine(config) {
      recorded = config;
      return addon.createEngine(config);
    },
  };
  void new NativeSockets(recorder, nobody, { backEnd, receiveBufferBytes: 65_536, bufferCount: 64 }).stop();
  return recorded as EngineConfig;
}
