import { allocate, bind, bindChannel, createPermission, refresh } from './client-requests.ts';
import { sendChannelData, sendGarbage, sendIndication } from './client-traffic.ts';
import type { SimulatedClient } from './simulated-client.ts';

/** What a client does that believes it has no allocation. */
const WITHOUT_ALLOCATION = {
  allocate: 70,
  bind: 8,
  garbage: 6,
  channelData: 2,
  sendIndication: 2,
  refresh: 2,
  createPermission: 2,
  bindChannel: 2,
  reconnect: 3,
  changeCredential: 8,
} as const;

/** What a client does that believes it has one. */
const WITH_ALLOCATION = {
  channelData: 300,
  sendIndication: 100,
  bindChannel: 60,
  createPermission: 40,
  refresh: 20,
  end: 6,
  allocate: 4,
  bind: 4,
  garbage: 8,
  reconnect: 3,
  changeCredential: 1,
  /** Forgets the allocation, and leaves it to expire. */
  forget: 1,
} as const;

type Action = keyof typeof WITHOUT_ALLOCATION | keyof typeof WITH_ALLOCATION;

/** Probability that a client that waits for an allocation does something else meanwhile. */
const IMPATIENCE = 0.1;
/** Packets of application data in a row, at most. */
const BURST_MAX = 10;

/** Lets a client do one thing after the other, with pauses from milliseconds to minutes, until `isOver()`. */
export function runClient(client: SimulatedClient, isOver: () => boolean): void {
  client.context.queue.schedule(drawPauseMs(client), () => {
    if (isOver()) {
      return;
    }
    if (!client.path.isOpen) {
      client.reconnect();
    } else if (!client.isAllocating || client.context.draw.chance(IMPATIENCE)) {
      act(client, drawAction(client));
    }
    runClient(client, isOver);
  });
}

function drawAction(client: SimulatedClient): Action {
  const { draw } = client.context;
  return client.belief.isAllocated ? draw.weighted(WITH_ALLOCATION) : draw.weighted(WITHOUT_ALLOCATION);
}

function act(client: SimulatedClient, action: Action): void {
  const { context } = client;
  context.trace.record(context.queue.now, () => `${client.name} decides: ${action}`);
  switch (action) {
    case 'bind':
      bind(client);
      break;
    case 'allocate':
      allocate(client);
      break;
    case 'refresh':
      refresh(client);
      break;
    case 'end':
      refresh(client, 0);
      break;
    case 'createPermission':
      createPermission(client);
      break;
    case 'bindChannel':
      bindChannel(client);
      break;
    case 'channelData':
      repeat(context.draw.integer(1, BURST_MAX), () => sendChannelData(client));
      break;
    case 'sendIndication':
      repeat(context.draw.integer(1, BURST_MAX), () => sendIndication(client));
      break;
    case 'garbage':
      sendGarbage(client);
      break;
    case 'reconnect':
      client.reconnect();
      break;
    case 'changeCredential':
      client.credential = context.issueCredential();
      break;
    case 'forget':
      client.belief.end();
      break;
  }
}

/** Mostly a conversation, now and then a silence that outlasts a permission, a channel or an allocation. */
function drawPauseMs(client: SimulatedClient): number {
  const { draw } = client.context;
  const kind = draw.weighted({ conversation: 88, thought: 10, silence: 2 });
  switch (kind) {
    case 'conversation':
      return draw.logarithmic(1, 1000);
    case 'thought':
      return draw.logarithmic(1000, 60_000);
    case 'silence':
      return draw.logarithmic(60_000, 1_000_000);
  }
}

function repeat(count: number, run: () => void): void {
  for (let i = 0; i < count; i += 1) {
    run();
  }
}
