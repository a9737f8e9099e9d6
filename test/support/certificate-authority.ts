import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of a certificate that a private authority signed. Removed by `remove()`. */
export interface CertificateFiles {
  /** The authority's certificate: what a client has to trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  remove(): void;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

/** Makes an authority and a certificate for both loopback addresses and `localhost`, as PEM files in a new folder. */
export function makeCertificateFiles(): CertificateFiles {
  const folder = mkdtempSync(join(tmpdir(), 'taciturn-tls-'));
  const file = (name: string): string => join(folder, name);
  makeCertificate(file('authority'), 'Test authority', [], {
    basicConstraints: 'critical,CA:TRUE',
    keyUsage: 'critical,keyCertSign',
  });
  makeCertificate(file('leaf'), 'localhost', ['-CA', file('authority.pem'), '-CAkey', file('authority.key')], {
    basicConstraints: 'critical,CA:FALSE',
    keyUsage: 'critical,digitalSignature',
    extendedKeyUsage: 'serverAuth',
    subjectAltName: 'DNS:localhost,IP:127.0.0.1,IP:::1',
  });
  return {
    authority: file('authority.pem'),
    certificate: file('leaf.pem'),
    key: file('leaf.key'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeCertificate(
  path: string,
  commonName: string,
  signer: readonly string[],
  extensions: Readonly<Record<string, string>>,
): void {
  const added = Object.entries(extensions).flatMap(([name, value]) => ['-addext', `${name}=${value}`]);
  const output = ['-keyout', `${path}.key`, '-out', `${path}.pem`, '-subj', `/CN=${commonName}`];
  // The empty configuration keeps the machine's own from adding extensions a second time.
  const settings = ['-config', '/dev/null'];
  execFileSync('openssl', ['req', '-x509', ...NEW_KEY, ...signer, ...output, ...settings, ...added], { stdio: 'pipe' });
}
