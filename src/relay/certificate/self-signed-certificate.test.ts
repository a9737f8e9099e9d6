import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import type { UnixMs } from '../../base/clock.ts';
import { parseIp } from '../../base/ip.ts';
import type { AddressWords } from '../../base/socket-address.ts';
import { describeCertificateFault } from './certificate-material.ts';
import { makeSelfSignedCertificate } from './self-signed-certificate.ts';

const subject = {
  hostnames: ['turn.example.org', 'localhost'],
  addresses: [parseIp('192.0.2.1') as AddressWords, parseIp('2001:db8::1') as AddressWords],
};
const now = Date.UTC(2026, 0, 15, 12, 0, 0) as UnixMs;

describe('self-signed certificate', () => {
  it('is signed by its own key', () => {
    const material = makeSelfSignedCertificate(subject, now);
    const certificate = new X509Certificate(material.certificate);
    assert.ok(certificate.verify(createPublicKey(material.key)));
    assert.equal(describeCertificateFault(material), undefined);
  });

  it('names the hosts and the addresses, and no other', () => {
    const certificate = new X509Certificate(makeSelfSignedCertificate(subject, now).certificate);
    assert.equal(certificate.subject, 'CN=turn.example.org');
    assert.equal(
      certificate.subjectAltName,
      'DNS:turn.example.org, DNS:localhost, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1',
    );
    assert.equal(certificate.checkHost('localhost'), 'localhost');
    assert.equal(certificate.checkIP('2001:db8::1'), '2001:db8::1');
    assert.equal(certificate.checkHost('example.org'), undefined);
  });

  it('is a server certificate on P-256, not an authority', () => {
    const certificate = new X509Certificate(makeSelfSignedCertificate(subject, now).certificate);
    assert.equal(certificate.ca, false);
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  });

  it('lives a year, on both sides of 2050', () => {
    for (const year of [2026, 2049, 2050]) {
      const start = Date.UTC(year, 5, 1) as UnixMs;
      const certificate = new X509Certificate(makeSelfSignedCertificate(subject, start).certificate);
      assert.equal(certificate.validFromDate.getTime(), start - 60 * 60 * 1000);
      assert.equal(certificate.validToDate.getTime(), start + 365 * 24 * 60 * 60 * 1000);
    }
  });

  it('has a serial number of its own', () => {
    const serials = Array.from(
      { length: 20 },
      () => new X509Certificate(makeSelfSignedCertificate(subject, now).certificate).serialNumber,
    );
    assert.equal(new Set(serials).size, 20);
  });
});
