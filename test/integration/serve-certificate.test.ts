import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { type CertificateFiles, makeCertificateFiles } from '../support/certificate-authority.ts';
import { Service } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

let former: CertificateFiles;
let next: CertificateFiles;
let folder: string;
let service: Service;

before(async () => {
  former = makeCertificateFiles();
  next = makeCertificateFiles();
  folder = mkdtempSync(join(tmpdir(), 'taciturn-certificate-'));
  install(former);
  service = await Service.start({
    environment: {
      TACITURN_TLS_CERTIFICATE: join(folder, 'certificate.pem'),
      TACITURN_TLS_KEY: join(folder, 'key.pem'),
    },
  });
});

after(async () => {
  await service?.end();
  rmSync(folder, { recursive: true, force: true });
  former?.remove();
  next?.remove();
});

function install({ certificate, key }: CertificateFiles): void {
  copyFileSync(certificate, join(folder, 'certificate.pem'));
  copyFileSync(key, join(folder, 'key.pem'));
}

function fingerprintOf({ certificate }: CertificateFiles): string {
  return new X509Certificate(readFileSync(certificate)).fingerprint256;
}

/** The certificate that a new connection is shown. */
function readServed(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: service.ports.tls, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('SIGHUP reads the certificate again; one that cannot be used leaves the former', async () => {
  assert.equal(await readServed(), fingerprintOf(former));
  copyFileSync(next.certificate, join(folder, 'certificate.pem'));
  service.signal('SIGHUP');
  await waitFor('the refusal', () => service.stderr.includes('the private key does not belong to the certificate'));
  assert.equal(await readServed(), fingerprintOf(former));
  install(next);
  service.signal('SIGHUP');
  await waitFor('the new certificate', async () => (await readServed()) === fingerprintOf(next));
});
