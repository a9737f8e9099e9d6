import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadDatagramAddon } from '../../../../native/index.js';
import { testDatagramSockets } from '../datagram-sockets.suite.ts';
import { testEngineConfig } from '../engine-config.suite.ts';
import { NativeSockets } from '../native-sockets.ts';

/**
 * Runs the suite on a back end of the addon: the one that the installation built, or the one at `path`. Where it is
 * missing on Linux the tests fail, so that nobody takes them for passed; elsewhere the addon has to say that it is for
 * Linux.
 */
export function testNativeSockets(backEnd: 'io_uring' | 'mmsg', path?: string): void {
  const loaded = loadDatagramAddon(path);
  if ('addon' in loaded) {
    testDatagramSockets(
      backEnd,
      (handler) =>
        new NativeSockets(loaded.addon, handler, {
          backEnd,
          receiveBufferBytes: 1024 * 1024,
          // The fewest that a batch allows, so that a burst runs out of them.
          bufferCount: 64,
        }),
    );
    testEngineConfig(backEnd, loaded.addon);
  } else {
    it(`${backEnd} is there on Linux, and says why it is not elsewhere`, () => {
      assert.notEqual(process.platform, 'linux', loaded.reason);
      assert.match(loaded.reason, /for Linux/);
    });
  }
}
