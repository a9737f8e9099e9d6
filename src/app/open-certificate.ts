import { parseIp } from '../base/ip.ts';
import type { Config } from '../config/settings.ts';
import {
  type CertificateFiles,
  ensureSelfSignedCertificate,
  readCertificateFiles,
} from '../relay/certificate/certificate-files.ts';
import type { CertificateMaterial } from '../relay/certificate/certificate-material.ts';
import type { CertificateSubject } from '../relay/certificate/self-signed-certificate.ts';
import { nodeClock } from './node-clock.ts';
import { StartError } from './start-error.ts';
import { chooseTurnHostname } from './turn-addresses.ts';

/** A certificate and the files that it came from, which are watched. */
export interface OpenedCertificate {
  readonly files: CertificateFiles;
  readonly material: CertificateMaterial;
}

/** The configured certificate, else the data folder's self-signed one; undefined when nothing listens for TLS. */
export async function openCertificate(config: Config): Promise<OpenedCertificate | undefined> {
  if (!config.turn.listen.some(({ transport }) => transport === 'tls')) {
    return undefined;
  }
  const { certificate, key } = config.tls;
  if (certificate === undefined || key === undefined) {
    return ensureSelfSignedCertificate(config.data, describeSubject(config), nodeClock.unixNow());
  }
  const files = { certificate, key };
  try {
    return { files, material: await readCertificateFiles(files) };
  } catch (error) {
    throw new StartError(`${(error as Error).message}. Correct TACITURN_TLS_CERTIFICATE and TACITURN_TLS_KEY.`);
  }
}

/** Every name and address that clients may be told. */
function describeSubject(config: Config): CertificateSubject {
  const hostname = chooseTurnHostname(config);
  const address = parseIp(hostname);
  const relayed = config.turn.relayAddress.map(({ advertised }) => advertised);
  return {
    hostnames: address === undefined ? [hostname] : [],
    addresses: address === undefined ? relayed : [address, ...relayed],
  };
}
