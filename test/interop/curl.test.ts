import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';
import { Service } from '../support/service.ts';

let service: Service;

before(async () => {
  service = await Service.start({ environment: { TACITURN_ADMIN_TOKEN: '' } });
});

after(() => service?.end());

/** The commands that the first start prints, as a shell takes them. */
function listPrintedCommands(): readonly string[] {
  return service.stdout.match(/^ {2}curl .*\\\n.*$/gm) ?? [];
}

test('the two commands that the first start prints make a key and a credential as they stand', async () => {
  const [makeKey = '', makeCredential = '', ...others] = listPrintedCommands();
  assert.deepEqual(others, []);
  const key = await runProgram('sh', ['-c', makeKey]);
  const { result } = JSON.parse(key.stdout) as { result: { uid: string; key: string; name: string } };
  assert.equal(result.name, 'my app');
  const credential = await runProgram('sh', ['-c', makeCredential], {
    environment: { TACITURN_KEY_UID: result.uid, TACITURN_KEY_TOKEN: result.key },
  });
  const { iceServers } = JSON.parse(credential.stdout) as {
    iceServers: readonly { readonly urls: readonly string[] }[];
  };
  assert.deepEqual(
    iceServers.map(({ urls }) => urls[0]),
    [`stun:127.0.0.1:${service.ports.turn}`, `turn:127.0.0.1:${service.ports.turn}?transport=udp`],
  );
});
