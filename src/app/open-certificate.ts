import { parseIp } from '../base/ip.ts';
import { describeFileFailure } from '../config/describe-file-failure.ts';
import type { Config } from '../config/settings.ts';
import {
  type CertificateFiles,
  ensureSelfSignedCertificate,
  readCertificateFiles,
} from '../relay/certificate/certificate-files.ts';
import type { CertificateMaterial } from '../relay/certificate/certificate-material.ts';
import type { CertificateSubject } from '../relay/certificate/self-signed-certificate.ts';
import { toFolderError } from '../store/folder-errors.ts';
import { nodeClock } from './node-clock.ts';
import { StartError } from './start-error.ts';
import { chooseTurnHostname } from './turn-addresses.ts';

/** A certificate and the files that it came from, which are watched. */
export interface OpenedCertificate {
  readonly files: CertificateFiles;
  readonly material: CertificateMaterial;
}

/**
 * The configured certificate, else the data folder's self-signed one; undefined when nothing listens for TLS.
 * @throws {StartError | StoreError} naming the setting and the file, or the folder.
 */
export async function openCertificate(config: Config): Promise<OpenedCertificate | undefined> {
  if (!config.turn.listen.some(({ transport }) => transport === 'tls')) {
    return undefined;
  }
  const { certificate, key } = config.tls;
  if (certificate === undefined || key === undefined) {
    return keepSelfSigned(config);
  }
  const files = { certificate, key };
  try {
    return { files, material: await readCertificateFiles(files) };
  } catch (error) {
    throw new StartError(explainFault(error as NodeJS.ErrnoException, files));
  }
}

async function keepSelfSigned(config: Config): Promise<OpenedCertificate> {
  try {
    return await ensureSelfSignedCertificate(config.data, describeSubject(config), nodeClock.unixNow());
  } catch (error) {
    throw toFolderError(error, config.data);
  }
}

/** A file that the system does not give, or two that are there and do not serve. */
function explainFault(error: NodeJS.ErrnoException, { certificate, key }: CertificateFiles): string {
  if (error.code === undefined) {
    return `tls.certificate (TACITURN_TLS_CERTIFICATE) and tls.key (TACITURN_TLS_KEY): ${error.message}.`;
  }
  return error.path === key
    ? `tls.key (TACITURN_TLS_KEY): ${describeFileFailure(error, key)}.`
    : `tls.certificate (TACITURN_TLS_CERTIFICATE): ${describeFileFailure(error, certificate)}.`;
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
