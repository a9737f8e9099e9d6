import type { IssuedCredential } from '../control/issue-credential.ts';
import type { IceServerUrls } from './ice-server-urls.ts';

/** `iceServers` of an issued credential, as `new RTCPeerConnection()` takes it. */
export function formatIceServers({ stun, turn }: IceServerUrls, { username, credential }: IssuedCredential) {
  const stunServers = stun.length === 0 ? [] : [{ urls: [...stun] }];
  return [...stunServers, { urls: [...turn], username: username as string, credential }];
}
