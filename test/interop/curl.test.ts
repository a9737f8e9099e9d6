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

/** As Cloudflare's pages show them, with the base of the URL in `$BASE`. */
const MANAGEMENT = {
  makeToken: `curl "$BASE/accounts/default/tokens" \
    -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" \
    -d '{"name": "keys", "policies": [{"effect": "allow", "permission_groups": [{"name": "Calls Write"}]}]}'`,
  makeKey: `curl "$BASE/accounts/default/calls/turn_keys" \
    -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" \
    -d '{"name": "my-turn-key"}'`,
  verifyToken: 'curl "$BASE/user/tokens/verify" -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN"',
};

test('the commands of Cloudflare’s pages make a token, verify it, and make a key with it', async () => {
  const admin = /TACITURN_ADMIN_TOKEN=([0-9a-f]{64})/.exec(service.stdout)?.[1] ?? '';
  const run = async (command: string, token: string) => {
    const environment = { BASE: `${service.url}/client/v4`, CLOUDFLARE_API_TOKEN: token };
    const { stdout } = await runProgram('sh', ['-c', command], { environment });
    const { result } = JSON.parse(stdout) as { result: Readonly<Record<string, string>> };
    return result;
  };
  const { id, value = '' } = await run(MANAGEMENT.makeToken, admin);
  assert.deepEqual(await run(MANAGEMENT.verifyToken, value), { id, status: 'active' });
  assert.equal((await run(MANAGEMENT.makeKey, value)).name, 'my-turn-key');
  assert.equal(await run(MANAGEMENT.makeToken, value), null, 'a token makes no tokens');
});
