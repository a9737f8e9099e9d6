import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnixMs } from '../../src/base/clock.ts';
import { parseIp } from '../../src/base/ip.ts';
import type { AddressWords } from '../../src/base/socket-address.ts';
import { makeSelfSignedCertificate } from '../../src/relay/certificate/self-signed-certificate.ts';

/** One certificate for all contenders, so that none has an easier one. */
export interface BenchCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Makes it, in `folder`. */
export function makeBenchCertificate(folder: string): BenchCertificate {
  const addresses = [parseIp('127.0.0.1') as AddressWords];
  const material = makeSelfSignedCertificate({ hostnames: ['localhost'], addresses }, Date.now() as UnixMs);
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  writeFileSync(certificateFile, material.certificate);
  writeFileSync(keyFile, material.key, { mode: 0o600 });
  return { certificateFile, keyFile };
}
