import { ArrivalWatch } from './arrival-watch.js';
import { Call } from './call.js';
import { openCamera } from './camera.js';
import { readPath } from './path-stats.js';
import { joinRoom } from './signalling.js';
import { element, shownState, showPath, showRemote, showRoom, showStatus, showUsername } from './view.js';

const POLL_MS = 300;

/** Of the link; without one the example chooses, and says which. */
let room = /^#([\w-]{1,64})$/.exec(location.hash)?.[1];
/** @type {Call | undefined} */
let call;
/** Ends the call that is, or is about to be. */
let ending = new AbortController();
let arrivals = new ArrivalWatch();
/** How this tab reaches its relay, as the other tab was told; and the other way round. */
let toldProtocol;
let peerProtocol;
/** What happens while a call is being set up waits for it. */
let ready = Promise.resolve();

showPath(undefined);
showStatus('starting', 'Allow the camera, or refuse it: then a drawn picture is sent.');
const stream = await openCamera();
element('local').srcObject = stream;
let membership = joinRoom(room, followRoom);
setInterval(poll, POLL_MS);

element('hang-up').onclick = () => {
  membership.leave();
  endCall();
  showStatus('ended', 'You hung up.');
  element('retry').focus();
};
element('retry').onclick = () => {
  joinAgain();
  element('status').focus();
};
// A browser keeps a path that works, whatever it is offered later: another transport takes another call.
element('transport').onchange = joinAgain;
element('copy').hidden = navigator.clipboard === undefined;
element('copy').onclick = async () => {
  await navigator.clipboard.writeText(element('revocation').textContent);
  element('copied').textContent = 'Copied.';
};
// A link to another room that is pasted into this tab changes no more than the hash.
addEventListener('hashchange', () => location.reload());

function joinAgain() {
  membership.leave();
  endCall();
  showStatus('starting', 'Joining the room.');
  membership = joinRoom(room, followRoom);
}

function followRoom(event) {
  switch (event.type) {
    case 'joined':
      room = event.room;
      showRoom(room);
      // A stream of events that broke and came again need not disturb a call.
      if (call?.connection.connectionState !== 'connected') {
        waitForPeer('Waiting for the other tab.');
      }
      break;
    case 'refused':
      membership.leave();
      showStatus('full', event.reason);
      break;
    case 'unreachable':
      if (call === undefined) {
        showStatus('unreachable', 'The example does not answer; trying again. Start it with `npm run example`.');
      }
      break;
    case 'peer-left':
      waitForPeer('The other tab has left. Waiting for it, or for another.');
      break;
    case 'peer-joined':
      endCall();
      enqueue((signal) => startCall(event.calls, signal));
      break;
    case 'message':
      enqueue((signal) => followMessage(event.message, signal));
      break;
  }
}

/** Messages wait for the call that they belong to, and are dropped with it. */
function enqueue(work) {
  const { signal } = ending;
  ready = ready
    .then(() => (signal.aborted ? undefined : work(signal)))
    .catch((error) => showTrouble(signal, error.message));
}

function waitForPeer(sentence) {
  endCall();
  showStatus('waiting', sentence);
}

async function startCall(calls, signal) {
  showStatus('calling', 'Calling…');
  const started = await Call.start({
    stream,
    calls,
    transport: element('transport').value,
    signal,
    send: membership.send,
    onStream: showRemote,
    onState: followState,
    onCredentials: (username) => {
      showUsername(username);
      if (shownState() === 'failed') {
        showStatus(call === undefined ? 'calling' : 'lost', 'Connecting with fresh credentials.');
      }
    },
    onTrouble: (sentence) => {
      showTrouble(signal, sentence);
      membership.send({ trouble: sentence });
    },
  });
  call = signal.aborted ? undefined : started;
}

async function followMessage(message, signal) {
  if (message.relayProtocol) {
    peerProtocol = message.relayProtocol;
  } else if (message.trouble) {
    // What is wrong here says more to whoever sits here.
    if (shownState() !== 'failed') {
      showTrouble(signal, `The other tab: ${message.trouble}`);
    }
  } else {
    await call?.receive(message);
  }
}

function endCall() {
  ending.abort();
  ending = new AbortController();
  call = undefined;
  arrivals = new ArrivalWatch();
  toldProtocol = undefined;
  peerProtocol = undefined;
  showRemote(null);
  showUsername(undefined);
}

function followState(state) {
  if (state === 'disconnected' || (state === 'failed' && shownState() !== 'failed')) {
    showStatus('lost', 'The connection was lost; trying again with fresh credentials.');
  }
}

function showTrouble(signal, sentence) {
  if (!signal.aborted && call?.connection.connectionState !== 'connected') {
    showStatus('failed', sentence);
  }
}

async function poll() {
  const polled = call;
  const path = polled?.connection.connectionState === 'connected' ? await readPath(polled.connection) : undefined;
  if (polled === call) {
    followPath(path);
  }
}

function followPath(path) {
  showPath(path, peerProtocol);
  if (path === undefined) {
    return;
  }
  if (arrivals.standsStill(path, performance.now())) {
    showStatus('stalled', 'No media arriving: the other tab stopped, or a relay did.');
  } else if (path.localType === 'relay') {
    // The other's relay may be seen before its candidate is told, and is then called "prflx".
    showStatus('relayed', 'Connected: every packet goes through the relay.');
  }
  if (path.relayProtocol !== toldProtocol) {
    toldProtocol = path.relayProtocol;
    membership.send({ relayProtocol: toldProtocol });
  }
}
