/** The same for as long as the page is open, so that the room knows a tab that joins again. */
const tab = crypto.randomUUID();

/**
 * Joins a room of two tabs.
 * @param {string} room
 * @param {(event: {type: string, calls?: boolean, message?: any}) => void} onEvent
 * @returns {{ send: (message: object) => Promise<void>, leave: () => void }} `send` tells the other tab something
 */
export function joinRoom(room, onEvent) {
  const address = `/rooms/${room}/${tab}`;
  const events = new EventSource(address);
  events.onmessage = ({ data }) => onEvent(JSON.parse(data));
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) {
      onEvent({ type: 'refused' });
    }
  };
  addEventListener('pagehide', () => events.close());
  // One after the other: a candidate that overtook its description would be of no use to the other tab.
  let last = Promise.resolve();
  const send = (message) => {
    last = last
      .then(() => fetch(address, { method: 'POST', body: JSON.stringify(message) }))
      .then(
        () => {},
        () => {},
      );
    return last;
  };
  return { send, leave: () => events.close() };
}
