import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from '../../scripts/bootstrap/root.mjs';
import { runProgram } from '../support/run-program.ts';
import { Service } from '../support/service.ts';

const UNIT = readFileSync(join(root, 'deploy/systemd/taciturn.service'), 'utf8');
/** Tenths of what `systemd-analyze security` calls exposure: up to 2.0 of 10. */
const EXPOSURE_TENTHS_MAX = 20;

const folder = mkdtempSync(join(tmpdir(), 'taciturn-systemd-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the systemd unit', () => {
  test('is one that systemd understands, and starts programs that are there', async () => {
    const unit = writeUnit('checked.service', moveUnit(UNIT));
    const { code, output } = await runProgram('systemd-analyze', ['verify', '--man=no', unit]);
    assert.deepEqual({ code, output }, { code: 0, output: '' });
  });

  test('exposes little', async () => {
    assert.equal((await judge('tight.service', UNIT)).code, 0);
  });

  test('would be found to expose more, were its fence against the file system missing', async () => {
    const { code, output } = await judge(
      'loose.service',
      UNIT.replaceAll(/^(Protect|Private|Restrict|SystemCall).*$/gm, ''),
    );
    assert.notEqual(code, 0, output);
  });
});

describe('under the permissions that the unit gives to Node', () => {
  test('a first start makes its folder, listens, issues a credential, and stops', async () => {
    const data = mkdtempSync(join(tmpdir(), 'taciturn-permission-'));
    const service = await Service.start({ data, nodeArgs: nodeArgsOf(moveUnit(UNIT, data)) });
    try {
      const key = await service.createKey();
      const { iceServers } = await service.generateIceServers(key);
      assert.equal(iceServers.length, 2);
      assert.doesNotMatch(service.stderr, /ERR_ACCESS_DENIED|Warning/);
      assert.equal(await service.stop(), 0);
    } finally {
      await service.end();
      rmSync(data, { recursive: true, force: true });
    }
  });

  test('nothing else is read, and no program is started', async () => {
    const attempts = `
      const refusals = [];
      for (const attempt of [
        () => require('node:fs').readFileSync('/proc/1/environ'),
        () => require('node:fs').writeFileSync('/var/tmp/taciturn-escape', ''),
        () => require('node:child_process').execFileSync('true'),
      ]) {
        try { attempt(); refusals.push('none'); } catch (error) { refusals.push(error.code); }
      }
      console.log(refusals.join());`;
    const args = [...nodeArgsOf(moveUnit(UNIT, folder)), '--eval', attempts];
    const { stdout } = await runProgram(process.execPath, args);
    assert.equal(stdout, 'ERR_ACCESS_DENIED,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED\n');
  });
});

/** The unit for this repository and another data folder. */
function moveUnit(unit: string, data = folder): string {
  return unit
    .replaceAll('/opt/taciturn/dist/cli/main.js', join(root, 'src/cli/main.ts'))
    .replaceAll('/opt/taciturn', root)
    .replaceAll('/var/lib/taciturn', data);
}

/** What the unit gives to Node before the program. */
function nodeArgsOf(unit: string): readonly string[] {
  const command = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit)?.[1] ?? '';
  const [, ...words] = command.replaceAll('\\\n', ' ').trim().split(/\s+/);
  const flags = words.slice(0, words.indexOf(join(root, 'src/cli/main.ts')));
  assert.ok(flags.includes('--permission'), command);
  return flags;
}

function judge(name: string, unit: string) {
  const threshold = `--threshold=${EXPOSURE_TENTHS_MAX}`;
  return runProgram('systemd-analyze', ['security', '--offline=true', '--no-pager', threshold, writeUnit(name, unit)]);
}

function writeUnit(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
