import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ProgramEnd, runCli } from '../support/run-program.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';

const WRONG_TOKEN = 'x'.repeat(40);

let service: Service;
let folder: string;

before(async () => {
  service = await Service.start();
  folder = mkdtempSync(join(tmpdir(), 'taciturn-cli-'));
  writeFileSync(join(folder, 'wrong'), WRONG_TOKEN);
});

after(async () => {
  await service?.end();
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ProgramEnd> {
  return runCli(args, {
    cwd: folder,
    environment: { TACITURN_URL: service.url, TACITURN_ADMIN_TOKEN: ADMIN_TOKEN, ...environment },
  });
}

test('a failure with --json is JSON on standard error, with the code of the service that refused', async () => {
  const cases = [
    [
      ['key', 'delete', '0'.repeat(32)],
      {},
      'number',
      /^The service refused \(404\): The account has no such TURN key\.$/,
    ],
    [['credential', 'create', '--key-uid', '0'.repeat(32)], { TACITURN_KEY_TOKEN: WRONG_TOKEN }, 'string', /\(401\)/],
    [['key', 'list'], { TACITURN_ADMIN_TOKEN: '' }, 'undefined', /^The admin token is missing/],
  ] as const;
  for (const [args, environment, kind, expected] of cases) {
    const { code, stdout, stderr } = await run([...args, '--json'], environment);
    assert.deepEqual([code, stdout], [1, '']);
    const { errors } = JSON.parse(stderr) as { errors: readonly { code?: unknown; message: string }[] };
    assert.equal(errors.length, 1);
    assert.equal(typeof errors[0]?.code, kind);
    assert.match(errors[0]?.message ?? '', expected);
  }
});

describe('a command that fails says why in one sentence, and ends with 1', () => {
  const failures: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
    [
      'a wrong token',
      ['key', 'list'],
      { TACITURN_ADMIN_TOKEN: WRONG_TOKEN },
      /refused \(401\) the admin token of TACITURN_ADMIN_TOKEN; compare it with what was printed when it was made\.$/m,
    ],
    [
      'a wrong token of a file',
      ['key', 'list', '--admin-token-file', 'wrong'],
      {},
      /refused \(401\) the admin token of --admin-token-file wrong; compare it with what was printed when it was made\.$/m,
    ],
    [
      'a file that is not there',
      ['key', 'list', '--admin-token-file', '/none'],
      {},
      /admin token cannot be read: there is no file \/none\.$/m,
    ],
    [
      'a wrong token of a key',
      ['credential', 'create', '--key-uid', '0'.repeat(32)],
      { TACITURN_KEY_TOKEN: WRONG_TOKEN },
      /refused \(401\) the API token of TACITURN_KEY_TOKEN for the key of --key-uid; compare it with what was printed when it was made\.$/m,
    ],
    [
      'an account that there is not, as configured',
      ['key', 'list'],
      { TACITURN_ACCOUNT: 'acme' },
      /refused \(404\): .*account/i,
    ],
    ['no token', ['key', 'list'], { TACITURN_ADMIN_TOKEN: '' }, /The admin token is missing/],
    ['no key', ['credential', 'create'], {}, /The TURN key is missing/],
    ['no key to share a secret of', ['secret', 'list'], {}, /The TURN key is missing: name it with --key-uid/],
    ['an unknown allocation', ['allocation', 'end', '0'.repeat(32)], {}, /refused \(404\)/],
    ['no service', ['key', 'list'], { TACITURN_URL: 'http://127.0.0.1:1' }, /127.0.0.1:1 cannot be reached/],
    ['no URL', ['key', 'list'], { TACITURN_URL: 'localhost' }, /"localhost" is no URL/],
    ['an unknown key', ['key', 'delete', '0'.repeat(32)], {}, /refused \(404\)/],
  ];
  for (const [name, args, environment, expected] of failures) {
    test(name, async () => {
      const { code, stderr, stdout } = await run(args, environment);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^taciturn: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.ok(!stderr.includes(WRONG_TOKEN));
    });
  }
});

describe('a command that is wrong says what is, and ends with 2', () => {
  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['key create --nam x', /unknown option '--nam'/],
    ['bogus', /unknown command 'bogus'/],
    ['serv', /unknown command 'serv' \(did you mean serve\?\)/],
    ['key lst', /unknown command 'lst'/],
    ['help bogus', /unknown command 'bogus'/],
    ['help key lst', /unknown command 'lst' \(did you mean list\?\)/],
    ['credential create --ttl 0', /a whole number of seconds, 1 or more/],
    ['credential revoke', /name what to revoke/],
    ['credential revoke name --custom-identifier user-1', /a username is one credential already/],
  ];
  for (const [line, expected] of mistakes) {
    test(line, async () => {
      const { code, stderr, stdout } = await run(line.split(' '));
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^taciturn: /);
      assert.match(stderr, expected);
    });
  }
});
