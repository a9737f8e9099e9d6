import { Call } from './call.js';
import { openCamera } from './camera.js';
import { readPath } from './path-stats.js';
import { joinRoom } from './signalling.js';

const element = (id) => document.getElementById(id);
const room = location.hash.slice(1) || crypto.randomUUID().slice(0, 8);
history.replaceState(null, '', `#${room}`);
element('link').href = location.href;
element('link').textContent = location.href;

let call;
/** How this tab reaches its relay, as the other tab was told. */
let toldProtocol;
/** Messages that come while the call is being set up wait for it. */
let ready = Promise.resolve();
const stream = await openCamera();
element('local').srcObject = stream;
showWaiting();

let membership = joinRoom(room, enqueue);
// A browser keeps a path that works, whatever it is offered later: another transport takes another call.
element('transport').onchange = () => {
  membership.leave();
  enqueue({ type: 'peer-left' });
  membership = joinRoom(room, enqueue);
};
setInterval(showPath, 500);

function enqueue(event) {
  ready = ready.then(() => follow(event)).catch((error) => showStatus('failed', error.message));
}

async function follow(event) {
  switch (event.type) {
    case 'peer-joined':
      call?.end();
      showStatus('waiting', 'Calling…');
      call = await Call.start({
        stream,
        calls: event.calls,
        transport: element('transport').value,
        send: membership.send,
        onStream: showRemote,
        onState: showState,
      });
      break;
    case 'message':
      if (event.message.relayProtocol) {
        element('peer-transport').textContent = event.message.relayProtocol.toUpperCase();
      }
      await call?.receive(event.message);
      break;
    case 'peer-left':
      call?.end();
      call = undefined;
      showWaiting();
      break;
    case 'refused':
      showStatus('failed', 'This room has two tabs already: open another address.');
      break;
  }
}

function showWaiting() {
  element('remote').srcObject = null;
  element('peer-transport').textContent = '–';
  toldProtocol = undefined;
  element('invitation').hidden = false;
  showStatus('waiting', 'Waiting for the other tab.');
}

function showRemote(remote) {
  element('remote').srcObject = remote;
  element('invitation').hidden = true;
}

function showState(state, reason) {
  if (reason) {
    showStatus('failed', reason);
  } else if (state === 'disconnected' || state === 'failed') {
    showStatus('failed', 'The connection was lost; trying again with fresh credentials.');
  }
}

async function showPath() {
  const path = call?.connection.connectionState === 'connected' ? await readPath(call.connection) : undefined;
  const isRelayed = path?.localType === 'relay' && path.remoteType === 'relay';
  if (isRelayed) {
    showStatus('relayed', 'Connected: every packet goes through the relay.');
  }
  if (path !== undefined && path.relayProtocol !== toldProtocol) {
    toldProtocol = path.relayProtocol;
    await membership.send({ relayProtocol: toldProtocol });
  }
  const texts = {
    'own-transport': path?.relayProtocol?.toUpperCase(),
    'own-relay': path?.ownRelay,
    'peer-relay': path?.peerRelay,
    types: path && `${path.localType} ↔ ${path.remoteType}`,
    'round-trip': path?.roundTripSeconds === undefined ? undefined : `${(path.roundTripSeconds * 1000).toFixed(1)} ms`,
    sent: path && formatTraffic(path.bytesSent, path.packetsSent),
    received: path && formatTraffic(path.bytesReceived, path.packetsReceived),
  };
  for (const [id, text] of Object.entries(texts)) {
    element(id).textContent = text ?? '–';
  }
}

function showStatus(state, text) {
  if (element('status').textContent !== text) {
    element('status').textContent = text;
  }
  element('status').dataset.state = state;
}

function formatTraffic(bytes, packets) {
  const size = bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `${size} in ${packets.toLocaleString('en')} packets`;
}
