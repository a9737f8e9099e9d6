import { randomName } from './random-name.js';

const RECONNECT_MS = 2000;

/** The same for as long as the page is open, so that the room knows a tab that joins again. */
const tab = randomName(8);

/**
 * Joins a room of two tabs: the one that is named, else the one in which a tab waits, else a new one.
 * @param {string | undefined} wanted
 * @param {(event: {type: string, room?: string, reason?: string, calls?: boolean, message?: any}) => void} onEvent
 * @returns {{ send: (message: object) => Promise<void>, leave: () => void }} `send` tells the other tab something
 */
export function joinRoom(wanted, onEvent) {
  let room = wanted;
  let timer;
  let events;
  const open = () => {
    events = new EventSource(room ? `/rooms/${room}/${tab}` : `/rooms/${tab}`);
    events.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      room = event.room ?? room;
      onEvent(event);
    };
    // Left to itself it would ask again for any room, and might come back in another.
    events.onerror = () => {
      events.close();
      timer = setTimeout(open, RECONNECT_MS);
      onEvent({ type: 'unreachable' });
    };
  };
  const leave = () => {
    clearTimeout(timer);
    events.close();
  };
  addEventListener('pagehide', leave);
  open();
  // One after the other: a candidate that overtook its description would be of no use to the other tab.
  let last = Promise.resolve();
  const send = (message) => {
    last = last
      .then(() => fetch(`/rooms/${room}/${tab}`, { method: 'POST', body: JSON.stringify(message) }))
      .then(
        () => {},
        () => {},
      );
    return last;
  };
  return { send, leave };
}
