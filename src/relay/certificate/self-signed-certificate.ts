import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeU32 } from '../../base/bytes.ts';
import type { UnixMs } from '../../base/clock.ts';
import { type AddressWords, familyOf, IPV4 } from '../../base/socket-address.ts';
import type { CertificateMaterial } from './certificate-material.ts';
import {
  encodeDer,
  encodeDerBitString,
  encodeDerBoolean,
  encodeDerObjectIdentifier,
  encodeDerOctetString,
  encodeDerSequence,
  encodeDerSet,
  encodeDerTime,
  encodeDerUnsigned,
  encodeDerUtf8,
} from './der.ts';

/** A year: browsers accept no longer one, and every start renews what is about to expire. */
const LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;
/** A certificate is valid since an hour before it was made, for clients whose clock is behind. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;
const SERIAL_BYTES = 16;
/** RFC 5280 appendix A.1: `ub-common-name`. */
const COMMON_NAME_CHARACTERS_MAX = 64;

const OID_COMMON_NAME = '2.5.4.3';
const OID_SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const OID_KEY_USAGE = '2.5.29.15';
const OID_SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const OID_BASIC_CONSTRAINTS = '2.5.29.19';
const OID_EXTENDED_KEY_USAGE = '2.5.29.37';
const OID_SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const OID_ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** What the certificate is made out to. */
export interface CertificateSubject {
  /** Host names in ASCII; the first one is the subject's common name. */
  readonly hostnames: readonly string[];
  /** IP addresses; their ports mean nothing. */
  readonly addresses: readonly AddressWords[];
}

/**
 * A certificate for a TLS server (RFC 5280) that vouches for itself: ECDSA on P-256, a year from `now`. It is made here,
 * since it takes a page of DER, and a library for it brings a dozen packages and a change to the global objects.
 */
export function makeSelfSignedCertificate(subject: CertificateSubject, now: UnixMs): CertificateMaterial {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
  const toBeSigned = encodeToBeSigned(subject, now, publicKey);
  const certificate = encodeDerSequence(
    toBeSigned,
    encodeSignatureAlgorithm(),
    encodeDerBitString(signDer(toBeSigned, keys.privateKey)),
  );
  return { certificate: encodePem(certificate), key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

function encodeToBeSigned(subject: CertificateSubject, now: UnixMs, publicKey: Uint8Array): Buffer {
  const name = encodeName(subject.hostnames[0] ?? 'taciturn');
  const extensions = encodeDerSequence(
    encodeExtension(OID_BASIC_CONSTRAINTS, true, encodeDerSequence()),
    // digitalSignature, the first of the bits.
    encodeExtension(OID_KEY_USAGE, true, encodeDerBitString(Uint8Array.of(0x80), 7)),
    encodeExtension(
      OID_EXTENDED_KEY_USAGE,
      false,
      encodeDerSequence(encodeDerObjectIdentifier(OID_SERVER_AUTHENTICATION)),
    ),
    encodeExtension(
      OID_SUBJECT_KEY_IDENTIFIER,
      false,
      encodeDerOctetString(createHash('sha256').update(publicKey).digest().subarray(0, 20)),
    ),
    encodeExtension(OID_SUBJECT_ALTERNATIVE_NAME, false, encodeAlternativeNames(subject)),
  );
  return encodeDerSequence(
    // Version 3, written as 2.
    encodeDer(0xa0, encodeDerUnsigned(Uint8Array.of(2))),
    encodeDerUnsigned(randomBytes(SERIAL_BYTES)),
    encodeSignatureAlgorithm(),
    name,
    encodeDerSequence(encodeDerTime(now - CLOCK_SKEW_MS), encodeDerTime(now + LIFETIME_MS)),
    name,
    publicKey,
    encodeDer(0xa3, extensions),
  );
}

function encodeSignatureAlgorithm(): Buffer {
  return encodeDerSequence(encodeDerObjectIdentifier(OID_ECDSA_WITH_SHA256));
}

function encodeName(commonName: string): Buffer {
  const text = encodeDerUtf8(commonName.slice(0, COMMON_NAME_CHARACTERS_MAX));
  return encodeDerSequence(encodeDerSet(encodeDerSequence(encodeDerObjectIdentifier(OID_COMMON_NAME), text)));
}

function encodeExtension(identifier: string, isCritical: boolean, value: Uint8Array): Buffer {
  const parts = isCritical ? [encodeDerBoolean(true)] : [];
  return encodeDerSequence(encodeDerObjectIdentifier(identifier), ...parts, encodeDerOctetString(value));
}

/** RFC 5280 §4.2.1.6: `dNSName` is [2], `iPAddress` is [7]. */
function encodeAlternativeNames(subject: CertificateSubject): Buffer {
  return encodeDerSequence(
    ...subject.hostnames.map((hostname) => encodeDer(0x82, Buffer.from(hostname, 'ascii'))),
    ...subject.addresses.map((address) => encodeDer(0x87, encodeAddress(address))),
  );
}

function encodeAddress(address: AddressWords): Uint8Array {
  const words = familyOf(address) === IPV4 ? 1 : 4;
  const bytes = new Uint8Array(4 * words);
  for (let word = 0; word < words; word++) {
    writeU32(bytes, 4 * word, address[word + 1] as number);
  }
  return bytes;
}

function signDer(data: Uint8Array, key: KeyObject): Buffer {
  return sign('sha256', data, { key, dsaEncoding: 'der' });
}

function encodePem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
