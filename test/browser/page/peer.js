/**
 * One side of a call, as the tests drive it: every function takes and gives what survives between processes.
 * Candidates travel within the descriptions, so that the tests need no signalling.
 */
const state = { received: [], receivedBytes: 0, candidateErrors: [] };

globalThis.peer = { start, offer, answer, accept, renew, send, readReceived, countFrames, readPath, readState };

/** @param {RTCConfiguration} configuration the answer of generate-ice-servers, as it came */
async function start(configuration, { sendsVideo }) {
  const connection = new RTCPeerConnection(configuration);
  // Nothing has been gathered yet; from here on only the relay counts.
  connection.setConfiguration({ ...connection.getConfiguration(), iceTransportPolicy: 'relay' });
  connection.onicecandidateerror = ({ errorCode, errorText, url }) =>
    state.candidateErrors.push(`${errorCode} ${errorText} ${url}`);
  connection.ontrack = ({ streams }) => {
    document.querySelector('video').srcObject = streams[0];
  };
  connection.ondatachannel = ({ channel }) => follow(channel);
  if (sendsVideo) {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    connection.addTrack(stream.getTracks()[0], stream);
    follow(connection.createDataChannel('bytes'));
  }
  state.connection = connection;
}

function follow(channel) {
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }) => {
    state.received.push(data);
    state.receivedBytes += data.byteLength;
  };
  state.channel = channel;
}

async function offer(options = {}) {
  await state.connection.setLocalDescription(await state.connection.createOffer(options));
  return gather();
}

async function answer(description) {
  await state.connection.setRemoteDescription(description);
  await state.connection.setLocalDescription();
  return gather();
}

async function accept(description) {
  await state.connection.setRemoteDescription(description);
}

/** Fresh credentials in the same connection; the next offer restarts ICE. */
function renew(configuration) {
  state.connection.setConfiguration({ ...configuration, iceTransportPolicy: 'relay' });
}

async function gather() {
  const { connection } = state;
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
  }
  return connection.localDescription.toJSON();
}

/** Sends random bytes over the data channel; gives their SHA-256. */
async function send(length) {
  const { channel } = state;
  const chunkBytes = 16 * 1024;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  channel.bufferedAmountLowThreshold = 256 * 1024;
  for (let at = 0; at < length; at += chunkBytes) {
    if (channel.bufferedAmount > 1024 * 1024) {
      await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
    }
    channel.send(bytes.subarray(at, at + chunkBytes));
  }
  return digest(bytes);
}

/** How many bytes came over the data channel, and their SHA-256. */
async function readReceived() {
  const bytes = new Uint8Array(await new Blob(state.received).arrayBuffer());
  return { length: state.receivedBytes, sha256: await digest(bytes) };
}

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Video packets that came and frames that were decoded so far. */
async function countFrames() {
  const reports = [...(await state.connection.getStats()).values()];
  const video = reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  return { packets: video?.packetsReceived ?? 0, frames: video?.framesDecoded ?? 0 };
}

/** The pair of candidates in use. */
async function readPath() {
  const reports = await state.connection.getStats();
  const transport = [...reports.values()].find(({ type }) => type === 'transport');
  const pair = reports.get(transport?.selectedCandidatePairId);
  const local = reports.get(pair?.localCandidateId);
  const remote = reports.get(pair?.remoteCandidateId);
  return { local: local?.candidateType, remote: remote?.candidateType, relayProtocol: local?.relayProtocol };
}

function readState() {
  return {
    connection: state.connection.connectionState,
    candidateErrors: state.candidateErrors,
    channel: state.channel?.readyState,
  };
}
