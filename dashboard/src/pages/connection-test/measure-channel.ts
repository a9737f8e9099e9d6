import type { PathResult } from './path-result.ts';

const CONNECT_MS_MAX = 10_000;
const PINGS = 5;
const THROUGHPUT_MS = 3_000;
const CHUNK_BYTES = 16_384;
const BUFFERED_BYTES_MAX = 1_048_576;

/** Connects this browser with itself through the relay, and measures what goes through. */
export async function measureChannel(configuration: RTCConfiguration, signal: AbortSignal): Promise<PathResult> {
  const caller = new RTCPeerConnection(configuration);
  const callee = new RTCPeerConnection(configuration);
  try {
    const [sending, receiving] = await connect(caller, callee, signal);
    const roundTripMs = await measureRoundTrip(sending, receiving);
    const bitsPerSecond = await measureThroughput(sending, receiving, signal);
    return { isOk: true, roundTripMs, bitsPerSecond };
  } catch (error) {
    const failure = error instanceof Error ? error.message : 'The connection broke.';
    return { isOk: false, failure };
  } finally {
    caller.close();
    callee.close();
  }
}

async function connect(
  caller: RTCPeerConnection,
  callee: RTCPeerConnection,
  signal: AbortSignal,
): Promise<readonly [RTCDataChannel, RTCDataChannel]> {
  const opened = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<RTCDataChannel>();
  const fail = (): void =>
    opened.reject(
      new Error('An address was given, but nothing comes through it: a firewall may block the relay’s own ports.'),
    );
  const timer = setTimeout(fail, CONNECT_MS_MAX);
  signal.addEventListener('abort', () => opened.reject(new Error('The test was stopped.')), { once: true });
  caller.addEventListener('icecandidate', ({ candidate }) => void callee.addIceCandidate(candidate ?? undefined));
  callee.addEventListener('icecandidate', ({ candidate }) => void caller.addIceCandidate(candidate ?? undefined));
  callee.addEventListener('datachannel', ({ channel }) => arrived.resolve(channel));
  const channel = caller.createDataChannel('measure', { ordered: false });
  channel.binaryType = 'arraybuffer';
  channel.addEventListener('open', () => opened.resolve());
  try {
    const offer = await caller.createOffer();
    await callee.setRemoteDescription(offer);
    await caller.setLocalDescription(offer);
    const answer = await callee.createAnswer();
    await caller.setRemoteDescription(answer);
    await callee.setLocalDescription(answer);
    await opened.promise;
    return [channel, await arrived.promise];
  } finally {
    clearTimeout(timer);
  }
}

/** The median of some round trips. */
async function measureRoundTrip(sending: RTCDataChannel, receiving: RTCDataChannel): Promise<number> {
  const echo = ({ data }: MessageEvent<string>): void => receiving.send(data);
  receiving.addEventListener('message', echo);
  const times: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    const startedAt = performance.now();
    const back = Promise.withResolvers<void>();
    sending.addEventListener('message', () => back.resolve(), { once: true });
    sending.send('ping');
    await back.promise;
    times.push(performance.now() - startedAt);
  }
  receiving.removeEventListener('message', echo);
  return times.toSorted((one, other) => one - other)[Math.floor(PINGS / 2)] ?? 0;
}

/** Sends as much as goes through for some seconds. */
async function measureThroughput(
  sending: RTCDataChannel,
  receiving: RTCDataChannel,
  signal: AbortSignal,
): Promise<number> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let bytes = 0;
  receiving.binaryType = 'arraybuffer';
  receiving.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    bytes += data.byteLength;
  });
  sending.bufferedAmountLowThreshold = BUFFERED_BYTES_MAX / 2;
  const startedAt = performance.now();
  while (performance.now() - startedAt < THROUGHPUT_MS && !signal.aborted) {
    while (sending.bufferedAmount < BUFFERED_BYTES_MAX) {
      sending.send(chunk);
    }
    await waitForRoom(sending);
  }
  return (bytes * 8 * 1000) / (performance.now() - startedAt);
}

/** Resolves when there is room in the buffer, or after a moment, so that a stalled path ends too. */
function waitForRoom(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    channel.addEventListener(
      'bufferedamountlow',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
