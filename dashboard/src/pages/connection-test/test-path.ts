import type { IceServer } from '../../api/credentials.ts';
import type { RelayPath } from './list-paths.ts';
import { measureChannel } from './measure-channel.ts';
import type { PathResult } from './path-result.ts';

const GATHER_MS_MAX = 10_000;

/** Tries one path from this very browser. Never rejects: that a path does not work is a result. */
export async function testPath(
  path: RelayPath,
  credential: Pick<IceServer, 'username' | 'credential'>,
  signal: AbortSignal,
): Promise<PathResult> {
  const server = {
    urls: path.url,
    ...(path.kind === 'turn' ? { username: credential.username ?? '', credential: credential.credential ?? '' } : {}),
  };
  const configuration: RTCConfiguration = {
    iceServers: [server],
    iceTransportPolicy: path.kind === 'turn' ? 'relay' : 'all',
  };
  const gathered = await gather(configuration, path.kind === 'turn' ? 'relay' : 'srflx', signal);
  if (path.kind === 'stun' || !gathered.isOk) {
    return gathered;
  }
  return { ...gathered, ...(await measureChannel(configuration, signal)) };
}

/** Waits for the first candidate of a type, or for the word that there is none. */
async function gather(
  configuration: RTCConfiguration,
  type: 'relay' | 'srflx',
  signal: AbortSignal,
): Promise<PathResult> {
  const connection = new RTCPeerConnection(configuration);
  const startedAt = performance.now();
  const { promise, resolve } = Promise.withResolvers<PathResult>();
  let failure = 'No answer came from the server.';
  const timer = setTimeout(() => resolve({ isOk: false, failure }), GATHER_MS_MAX);
  const stop = (): void => resolve({ isOk: false, failure: 'The test was stopped.' });
  signal.addEventListener('abort', stop);
  connection.addEventListener('icecandidateerror', ({ errorCode, errorText }) => {
    // 701 says no more than that the server was not reached.
    failure = errorCode === 701 ? 'The server was not reached.' : `The server refused: ${errorCode} ${errorText}`;
  });
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null) {
      resolve({ isOk: false, failure });
    } else if (candidate.type === type) {
      resolve({
        isOk: true,
        gatherMs: performance.now() - startedAt,
        address: `${candidate.address ?? ''} ${candidate.port ?? ''}`.trim(),
      });
    }
  });
  try {
    connection.createDataChannel('probe');
    await connection.setLocalDescription();
    return await promise;
  } catch (error) {
    return { isOk: false, failure: error instanceof Error ? error.message : 'The browser refused to try it.' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}
