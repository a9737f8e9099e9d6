import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnixMs } from '../../base/clock.ts';
import { formatIp } from '../../base/ip.ts';
import { type CertificateMaterial, describeCertificateFault, readCertificateExpiry } from './certificate-material.ts';
import { type CertificateSubject, makeSelfSignedCertificate } from './self-signed-certificate.ts';

/** A self-signed certificate with less left than this is replaced at the next start. */
const RENEW_BEFORE_MS = 30 * 24 * 60 * 60 * 1000;

/** Where the PEM files are. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** @throws {Error} naming the file that cannot be read, or what is wrong with the two. */
export async function readCertificateFiles(files: CertificateFiles): Promise<CertificateMaterial> {
  const material = {
    certificate: await readFile(files.certificate, 'utf8'),
    key: await readFile(files.key, 'utf8'),
  };
  const fault = describeCertificateFault(material);
  if (fault !== undefined) {
    throw new Error(`the TLS certificate ${files.certificate} with the key ${files.key} cannot serve: ${fault}`);
  }
  return material;
}

/**
 * The self-signed certificate kept in `folder`, which is made when there is none, when it names other hosts or addresses
 * than `subject`, or when it expires within 30 days.
 */
export async function ensureSelfSignedCertificate(
  folder: string,
  subject: CertificateSubject,
  now: UnixMs,
): Promise<{ readonly files: CertificateFiles; readonly material: CertificateMaterial; readonly isNew: boolean }> {
  const files = { certificate: join(folder, 'self-signed.crt'), key: join(folder, 'self-signed.key') };
  const kept = await readCertificateFiles(files).catch(() => undefined);
  if (kept !== undefined && readCertificateExpiry(kept) - now > RENEW_BEFORE_MS && isMadeOutTo(kept, subject)) {
    return { files, material: kept, isNew: false };
  }
  const material = makeSelfSignedCertificate(subject, now);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(files.key, material.key, 0o600);
  await replaceFile(files.certificate, material.certificate, 0o644);
  return { files, material, isNew: true };
}

function isMadeOutTo(material: CertificateMaterial, subject: CertificateSubject): boolean {
  const certificate = new X509Certificate(material.certificate);
  return (
    subject.hostnames.every((hostname) => certificate.checkHost(hostname) !== undefined) &&
    subject.addresses.every((address) => certificate.checkIP(formatIp(address)) !== undefined)
  );
}

/** A reader of the file finds the old content or the new, never a part. */
async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const unfinished = `${path}.new`;
  await writeFile(unfinished, content, { mode });
  await rename(unfinished, path);
}

export interface CertificateWatch {
  /** Reads the files now, changed or not (SIGHUP). */
  reload(): Promise<void>;
  stop(): void;
}

/**
 * Looks at the files every `pollMs`, and hands over what they hold once they changed and then stayed as they were for one
 * more look: whoever replaces them writes one after the other. What cannot serve is reported, and the caller keeps
 * what it has.
 */
export function watchCertificateFiles(
  files: CertificateFiles,
  options: {
    readonly pollMs: number;
    readonly onMaterial: (material: CertificateMaterial) => void;
    readonly onFault: (fault: string) => void;
  },
): CertificateWatch {
  let loaded: string | undefined;
  let seen: string | undefined;
  const load = async () => {
    try {
      options.onMaterial(await readCertificateFiles(files));
    } catch (error) {
      options.onFault(error instanceof Error ? error.message : String(error));
    }
  };
  const look = async () => {
    const before = seen;
    seen = await describeVersions(files);
    loaded ??= seen;
    if (seen !== loaded && seen === before) {
      loaded = seen;
      await load();
    }
  };
  void look();
  const timer = setInterval(() => void look(), options.pollMs).unref();
  const reload = async () => {
    seen = await describeVersions(files);
    loaded = seen;
    await load();
  };
  return { reload, stop: () => clearInterval(timer) };
}

async function describeVersions(files: CertificateFiles): Promise<string> {
  const versions = [files.certificate, files.key].map(async (path) => {
    try {
      const { ino, mtimeMs, size } = await stat(path);
      return `${ino} ${mtimeMs} ${size}`;
    } catch {
      return 'unreadable';
    }
  });
  return (await Promise.all(versions)).join();
}
