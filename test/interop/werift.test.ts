import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type RTCDataChannel, RTCPeerConnection } from 'werift';
import { type CertificateFiles, makeCertificateFiles } from '../support/certificate-authority.ts';
import { Service, type TestKey } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

const MESSAGES = 50;

let certificates: CertificateFiles;
let service: Service;
let key: TestKey;

before(async () => {
  certificates = makeCertificateFiles();
  service = await Service.start({
    environment: { TACITURN_TLS_CERTIFICATE: certificates.certificate, TACITURN_TLS_KEY: certificates.key },
  });
  key = await service.createKey();
});

after(async () => {
  await service?.end();
  certificates?.remove();
});

describe('a data channel between two werift peers that use nothing but the relay', () => {
  const transports: Readonly<Record<string, (url: string) => boolean>> = {
    udp: (url) => url.endsWith('transport=udp'),
    tcp: (url) => url.startsWith('turn:') && url.endsWith('transport=tcp'),
    tls: (url) => url.startsWith('turns:'),
  };
  for (const [transport, keeps] of Object.entries(transports)) {
    test(`over ${transport}`, async () => {
      const [caller, callee] = [await makePeer(keeps), await makePeer(keeps)];
      const echoed: string[] = [];
      try {
        callee.onDataChannel.subscribe((channel) => {
          channel.onMessage.subscribe((message) => channel.send(message));
        });
        const channel = caller.createDataChannel('echo');
        channel.onMessage.subscribe((message) => echoed.push(message.toString()));
        await connect(caller, callee);
        await exchange(channel, echoed);
        const allocations = (await service.readMetrics()).get('taciturn_allocations');
        assert.ok((allocations ?? 0) >= 2, `${allocations} allocations`);
      } finally {
        await Promise.all([caller.close(), callee.close()]);
      }
    });
  }
});

async function makePeer(keeps: (url: string) => boolean): Promise<RTCPeerConnection> {
  const { iceServers } = await service.generateIceServers(key);
  return new RTCPeerConnection({
    iceServers: iceServers.map((server) => ({ ...server, urls: server.urls.filter(keeps) })),
    iceTransportPolicy: 'relay',
    turnTlsOptions: { ca: readFileSync(certificates.authority, 'utf8') },
  });
}

/** Candidates travel within the descriptions. */
async function connect(caller: RTCPeerConnection, callee: RTCPeerConnection): Promise<void> {
  await caller.setLocalDescription(await caller.createOffer());
  await callee.setRemoteDescription(await gatheredDescription(caller));
  await callee.setLocalDescription(await callee.createAnswer());
  await caller.setRemoteDescription(await gatheredDescription(callee));
  await waitFor('a connection', () => caller.connectionState === 'connected', 20_000);
}

async function gatheredDescription(
  peer: RTCPeerConnection,
): Promise<NonNullable<RTCPeerConnection['localDescription']>> {
  await waitFor('the end of gathering', () => peer.iceGatheringState === 'complete');
  const description = peer.localDescription;
  assert.ok(description);
  const candidates = description.sdp.split('\r\n').filter((line) => line.startsWith('a=candidate'));
  assert.ok(candidates.length > 0, 'a relayed candidate was gathered');
  assert.ok(
    candidates.every((line) => line.includes(' typ relay')),
    candidates.join('\n'),
  );
  return description;
}

async function exchange(channel: RTCDataChannel, echoed: readonly string[]): Promise<void> {
  await waitFor('an open channel', () => channel.readyState === 'open', 20_000);
  const messages = Array.from({ length: MESSAGES }, (_, index) => `message ${index}`);
  for (const message of messages) {
    channel.send(Buffer.from(message));
  }
  await waitFor('all echoes', () => echoed.length === MESSAGES);
  assert.deepEqual([...echoed].sort(), [...messages].sort());
}
