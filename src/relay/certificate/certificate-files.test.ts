import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { UnixMs } from '../../base/clock.ts';
import { parseIp } from '../../base/ip.ts';
import type { AddressWords } from '../../base/socket-address.ts';
import { ensureSelfSignedCertificate, readCertificateFiles, watchCertificateFiles } from './certificate-files.ts';
import type { CertificateMaterial } from './certificate-material.ts';
import { makeSelfSignedCertificate } from './self-signed-certificate.ts';

const day = 24 * 60 * 60 * 1000;
const start = Date.now() as UnixMs;
const subject = { hostnames: ['localhost'], addresses: [parseIp('127.0.0.1') as AddressWords] };

describe('certificate files', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taciturn-certificate-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('makes a self-signed certificate once, and renews it before it expires', async () => {
    const data = join(folder, 'data');
    const first = await ensureSelfSignedCertificate(data, subject, start);
    assert.equal(first.isNew, true);
    assert.equal((await stat(first.files.key)).mode & 0o777, 0o600);
    const second = await ensureSelfSignedCertificate(data, subject, (start + 334 * day) as UnixMs);
    assert.equal(second.isNew, false);
    assert.deepEqual(second.material, first.material);
    const renewed = await ensureSelfSignedCertificate(data, subject, (start + 336 * day) as UnixMs);
    assert.equal(renewed.isNew, true);
    assert.notEqual(renewed.material.certificate, first.material.certificate);
    assert.equal(await readFile(renewed.files.certificate, 'utf8'), renewed.material.certificate);
  });

  it('makes another when the names change, or when the files are damaged', async () => {
    const data = join(folder, 'changes');
    const first = await ensureSelfSignedCertificate(data, subject, start);
    const other = { ...subject, hostnames: ['turn.example.org'] };
    assert.equal((await ensureSelfSignedCertificate(data, other, start)).isNew, true);
    await writeFile(first.files.certificate, 'damaged');
    assert.equal((await ensureSelfSignedCertificate(data, other, start)).isNew, true);
  });

  it('says what is wrong with files, and never shows a key', async () => {
    const one = makeSelfSignedCertificate(subject, start);
    const two = makeSelfSignedCertificate(subject, start);
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['no pem', one.key, /is not a PEM certificate/],
      [one.certificate, 'no pem', /is not a PEM key/],
      [one.certificate, two.key, /does not belong to the certificate/],
    ];
    const files = { certificate: join(folder, 'faulty.crt'), key: join(folder, 'faulty.key') };
    for (const [certificate, key, message] of cases) {
      await writeFile(files.certificate, certificate);
      await writeFile(files.key, key);
      await assert.rejects(readCertificateFiles(files), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /BEGIN|no pem/);
        return true;
      });
    }
    await assert.rejects(readCertificateFiles({ ...files, key: join(folder, 'absent') }), /ENOENT.*absent/);
  });

  it('hands over changed files, and reports ones that cannot serve', async () => {
    const files = { certificate: join(folder, 'watched.crt'), key: join(folder, 'watched.key') };
    const first = makeSelfSignedCertificate(subject, start);
    await writeFile(files.certificate, first.certificate);
    await writeFile(files.key, first.key);
    const materials: CertificateMaterial[] = [];
    const faults: string[] = [];
    let wake = () => {};
    const watch = watchCertificateFiles(files, {
      pollMs: 10,
      onMaterial: (material) => {
        materials.push(material);
        wake();
      },
      onFault: (fault) => {
        faults.push(fault);
        wake();
      },
    });
    const woken = () => new Promise<void>((resolve) => (wake = resolve));
    await watch.reload();
    assert.deepEqual(materials, [first]);
    const second = makeSelfSignedCertificate(subject, start);
    let event = woken();
    await writeFile(files.key, 'not a key');
    await event;
    assert.match(faults[0] ?? '', /is not a PEM key/);
    event = woken();
    await writeFile(files.certificate, second.certificate);
    await writeFile(files.key, second.key);
    while (materials.length === 1) {
      await event;
      event = woken();
    }
    assert.deepEqual(materials, [first, second]);
    watch.stop();
  });
});
