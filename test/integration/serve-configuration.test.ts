import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runCli } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'taciturn-folder-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = 'c0ffee'.repeat(12);

describe('taciturn serve --print-config', () => {
  test('shows every value and where it came from, and no secret', async () => {
    writeFileSync(join(folder, 'taciturn.yaml'), 'turn:\n  realm: from-file\n');
    const { code, stdout } = await runCli(['--print-config', '--turn-workers', '3'], {
      cwd: folder,
      environment: { TACITURN_MASTER_SECRET: SECRET, TACITURN_HTTP_LISTEN: '127.0.0.1:9000' },
    });
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}realm: from-file {2}# taciturn\.yaml:2$/m);
    assert.match(stdout, /^ {2}listen: 127\.0\.0\.1:9000 {2}# environment TACITURN_HTTP_LISTEN$/m);
    assert.match(stdout, /^ {2}workers: 3 {2}# flag --turn-workers$/m);
    assert.match(stdout, /^data: \.\/data {2}# default$/m);
    assert.match(stdout, /^# master_secret: \(redacted\)/m);
    assert.ok(!stdout.includes(SECRET));
  });

  test('shows them as JSON', async () => {
    const { stdout } = await runCli(['serve', '--print-config', '--json'], {
      cwd: folder,
      environment: { TACITURN_MASTER_SECRET: SECRET },
    });
    const settings = JSON.parse(stdout) as readonly { readonly name: string; readonly value: unknown }[];
    const readSetting = (wanted: string): unknown => settings.find(({ name }) => name === wanted)?.value;
    assert.deepEqual(
      [readSetting('turn.realm'), readSetting('master_secret'), readSetting('tls.key')],
      ['from-file', '(redacted)', null],
    );
  });
});

describe('a start that is refused', () => {
  test('lists everything that is wrong, and ends with 1', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'peers:\n  allow: 10.0.0.1/8\nturns: 1\n');
    const { code, stdout, stderr } = await runCli(['serve', '--config', 'wrong.yaml', '--turn-workers', 'many'], {
      cwd: folder,
      environment: { TACITURN_TURN_RELAY_ADRESS: '127.0.0.1' },
    });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^taciturn: The configuration has 4 problems:$/m);
    assert.match(stderr, /environment TACITURN_TURN_RELAY_ADRESS: .*did you mean TACITURN_TURN_RELAY_ADDRESS\?/);
    assert.match(stderr, /wrong\.yaml:2: peers\.allow: "10\.0\.0\.1\/8" is not valid/);
    assert.match(stderr, /wrong\.yaml:3: no setting has the name turns \(did you mean turn\?\)/);
    assert.match(stderr, /flag --turn-workers: turn\.workers: "many" is not valid/);
  });

  test('an unknown flag ends with 2', async () => {
    const { code, stderr } = await runCli(['serve', '--turn-worker', '2'], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /unknown option '--turn-worker'.*Did you mean --turn-workers\?/s);
  });

  test('a certificate or a key that is not there, or is none', async () => {
    const file = join(folder, 'no-certificate');
    writeFileSync(file, '');
    for (const [certificate, key, expected] of [
      ['/none.pem', '/none.key', 'tls.certificate (TACITURN_TLS_CERTIFICATE): there is no file /none.pem.'],
      [file, '/none.key', 'tls.key (TACITURN_TLS_KEY): there is no file /none.key.'],
      [folder, file, `tls.certificate (TACITURN_TLS_CERTIFICATE): ${folder} is a folder.`],
      [
        file,
        file,
        `tls.certificate (TACITURN_TLS_CERTIFICATE) and tls.key (TACITURN_TLS_KEY): the TLS certificate ${file} with the key ${file} cannot serve: the certificate is not a PEM certificate.`,
      ],
    ] as const) {
      const { code, stderr } = await runCli(['serve'], {
        cwd: folder,
        environment: { TACITURN_TLS_CERTIFICATE: certificate, TACITURN_TLS_KEY: key, TACITURN_DATA: folder },
      });
      assert.deepEqual([code, stderr], [1, `taciturn: ${expected}\n`]);
    }
  });

  test('a relay address that this machine does not have', async () => {
    const { code, stderr } = await runCli(['serve'], {
      cwd: folder,
      environment: { TACITURN_TURN_RELAY_ADDRESS: '203.0.113.7', TACITURN_DATA: join(folder, 'never') },
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^taciturn: turn\.relay_address .*does not have 203\.0\.113\.7 \(it has .*Write bind=advertised, the local address first\.\n$/,
    );
  });

  test('a data folder that the system will never make, at once', async () => {
    const { code, stderr } = await runCli(['serve', '--data', '/proc/none/data'], { cwd: folder, timeoutMs: 10_000 });
    assert.equal(code, 1);
    assert.match(stderr, /^taciturn: The data folder \/proc\/none\/data cannot be made or written/);
  });

  test('a data folder that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await runCli(['serve'], {
      cwd: folder,
      environment: { TACITURN_DATA: join(folder, 'file', 'data') },
    });
    assert.equal(code, 1);
    assert.match(stderr, /^taciturn: The data folder .* cannot be made or written/m);
  });
});
