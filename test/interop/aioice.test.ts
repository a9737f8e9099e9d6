import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/run-program.ts';
import { Service, type TestKey } from '../support/service.ts';

/** Debian's, which has Debian's python3-aioice. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('aioice-echo.py', import.meta.url));

let service: Service;
let key: TestKey;

before(async () => {
  service = await Service.start();
  key = await service.createKey();
});

after(() => service?.end());

describe('two ICE agents of aioice that tell each other nothing but relayed candidates', () => {
  for (const transport of ['udp', 'tcp']) {
    test(`reach the relay over ${transport}`, async () => {
      const { username, credential } = await service.generateCredential(key);
      const args = [SCRIPT, '127.0.0.1', String(service.ports.turn), transport, username, credential];
      const { code, stdout, output } = await runProgram(PYTHON, args);
      assert.equal(code, 0, output);
      assert.equal(stdout, 'there\nand back\n');
    });
  }
});
