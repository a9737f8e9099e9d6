import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

/** A TLS certificate, with the chain that leads to its root, and its private key: both PEM. */
export interface CertificateMaterial {
  readonly certificate: string;
  /** Never printed. */
  readonly key: string;
}

/** Why `material` cannot serve, in one clause without a secret; undefined when it can. */
export function describeCertificateFault(material: CertificateMaterial): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(material.certificate);
  } catch {
    return 'the certificate is not a PEM certificate';
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(material.key))) {
      return 'the private key does not belong to the certificate';
    }
  } catch {
    return 'the private key is not a PEM key without a passphrase';
  }
  try {
    createSecureContext({ cert: material.certificate, key: material.key });
  } catch (error) {
    return `TLS refuses it: ${error instanceof Error ? error.message : String(error)}`;
  }
  return undefined;
}

/** When the certificate stops being valid, in milliseconds since 1970. */
export function readCertificateExpiry(material: CertificateMaterial): number {
  return new X509Certificate(material.certificate).validToDate.getTime();
}
