import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type CertificateFiles, makeCertificateFiles } from '../support/certificate-authority.ts';
import { type IceServer, Service, type TestKey } from '../support/service.ts';
import { serveFolder } from '../support/static-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { BrowserPeer, type IceConfiguration } from './browser-peer.ts';

const TEN_MEGABYTES = 10_000_000;
const CONNECT_TIMEOUT_MS = 15_000;

let certificates: CertificateFiles;
let service: Service;
let key: TestKey;
let chromium: TestBrowser;
let pages: Awaited<ReturnType<typeof serveFolder>>;

before(async () => {
  certificates = makeCertificateFiles();
  service = await Service.start({
    environment: { TACITURN_TLS_CERTIFICATE: certificates.certificate, TACITURN_TLS_KEY: certificates.key },
  });
  key = await service.createKey();
  pages = await serveFolder(new URL('page/', import.meta.url));
  chromium = await launchBrowser(certificates.authority);
});

after(async () => {
  await chromium?.close();
  await pages?.close();
  await service?.end();
  certificates?.remove();
});

const transports: readonly (readonly [string, (url: string) => boolean])[] = [
  ['udp', (url) => url.startsWith('turn:') && url.endsWith('transport=udp')],
  ['tcp', (url) => url.startsWith('turn:') && url.endsWith('transport=tcp')],
  ['tls', (url) => url.startsWith('turns:')],
];

describe('a call between two pages that may use nothing but the relay', () => {
  test('with the answer of generate-ice-servers as it came', async () => {
    const { caller, callee } = await connect(() => service.generateIceServers(key));
    await expectRelayed(caller);
    await expectFrames(callee);
    await hangUp(caller, callee);
  });

  for (const [transport, keeps] of transports) {
    test(`over ${transport}: 10 MB arrive as they were sent, and video frames`, async () => {
      const { caller, callee } = await connect(async () => keepUrls(await service.generateIceServers(key), keeps));
      assert.equal(await expectRelayed(caller), transport);
      assert.equal(await expectRelayed(callee), transport);
      await expectFrames(callee);
      await waitFor('an open data channel', async () => (await caller.readState()).channel === 'open');
      const sent = await caller.send(TEN_MEGABYTES);
      await waitFor('10 MB', async () => (await callee.readReceived()).length === TEN_MEGABYTES, 30_000);
      assert.equal((await callee.readReceived()).sha256, sent);
      await hangUp(caller, callee);
    });
  }
});

test('a revoked credential stops the media within a second; a fresh one and an ICE restart bring it back', async () => {
  const revoked = await service.generateIceServers(key);
  const configurations = [revoked, await service.generateIceServers(key)];
  const { caller, callee } = await connect(async () => configurations.shift() as IceConfiguration);
  await expectFrames(callee);

  await service.revokeCredential(key, usernameOf(revoked.iceServers));
  const revokedAt = performance.now();
  const stoppedAt = await waitUntilStill(callee);
  assert.ok(stoppedAt - revokedAt < 1000, `the last packet came ${stoppedAt - revokedAt} ms after the revocation`);

  await caller.renew(await service.generateIceServers(key));
  await negotiate(caller, callee, { iceRestart: true });
  await expectFrames(callee);
  await expectRelayed(caller);
  await hangUp(caller, callee);
});

test('an expired credential does not connect', async () => {
  const { iceServers, expiresAt } = await service.generateExpiring(key, 1);
  const alive = await service.generateIceServers(key);
  await waitFor('expiry', () => Date.now() > expiresAt);
  const peers = await openPeers();
  await peers.caller.start({ iceServers }, { sendsVideo: true });
  await peers.callee.start(alive, { sendsVideo: false });
  const offer = await peers.caller.offer();
  assert.doesNotMatch(offer.sdp, /a=candidate/, 'the relay gave an address to an expired credential');
  const { candidateErrors } = await peers.caller.readState();
  assert.ok(
    candidateErrors.some((error) => error.startsWith('401')),
    `the relay refused: ${candidateErrors.join(', ')}`,
  );
  await hangUp(peers.caller, peers.callee);
});

interface Peers {
  readonly caller: BrowserPeer;
  readonly callee: BrowserPeer;
}

async function openPeers(): Promise<Peers> {
  const open = async (): Promise<BrowserPeer> => {
    const page = await chromium.browser.newPage();
    await page.goto(pages.url);
    return new BrowserPeer(page);
  };
  return { caller: await open(), callee: await open() };
}

async function connect(configure: () => Promise<IceConfiguration>): Promise<Peers> {
  const peers = await openPeers();
  await peers.caller.start(await configure(), { sendsVideo: true });
  await peers.callee.start(await configure(), { sendsVideo: false });
  await negotiate(peers.caller, peers.callee);
  return peers;
}

async function negotiate(
  caller: BrowserPeer,
  callee: BrowserPeer,
  options: { readonly iceRestart?: boolean } = {},
): Promise<void> {
  await caller.accept(await callee.answer(await caller.offer(options)));
  await waitFor(
    'a connection',
    async () => {
      const { connection, candidateErrors } = await caller.readState();
      if (connection !== 'connected') {
        throw new Error(`${connection}; ${candidateErrors.join(', ')}`);
      }
      return true;
    },
    CONNECT_TIMEOUT_MS,
  );
}

/** Asserts that both ends of the path are relayed addresses; gives how this side reaches the relay. */
async function expectRelayed(peer: BrowserPeer): Promise<string | undefined> {
  const path = await waitFor('a selected pair', async () => {
    const found = await peer.readPath();
    return found.local !== undefined && found;
  });
  assert.deepEqual([path.local, path.remote], ['relay', 'relay']);
  return path.relayProtocol;
}

/** Waits for ten more frames. */
async function expectFrames(peer: BrowserPeer): Promise<void> {
  const { frames } = await peer.countFrames();
  await waitFor('ten video frames', async () => (await peer.countFrames()).frames >= frames + 10, CONNECT_TIMEOUT_MS);
}

/** Waits until no packet has come for a second; gives when the last one came, to within a poll. */
async function waitUntilStill(peer: BrowserPeer): Promise<number> {
  let packets = -1;
  let changedAt = performance.now();
  return waitFor('the end of the media', async () => {
    const counted = (await peer.countFrames()).packets;
    const now = performance.now();
    if (counted !== packets) {
      packets = counted;
      changedAt = now;
    }
    return now - changedAt > 1000 && changedAt;
  });
}

async function hangUp(...peers: readonly BrowserPeer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.close()));
}

function keepUrls({ iceServers }: IceConfiguration, keeps: (url: string) => boolean): IceConfiguration {
  const kept = iceServers.map((server) => ({ ...server, urls: server.urls.filter(keeps) }));
  return { iceServers: kept.filter(({ urls }) => urls.length > 0) };
}

function usernameOf(iceServers: readonly IceServer[]): string {
  return iceServers.find(({ username }) => username !== undefined)?.username ?? '';
}
