import type { TurnServer } from '../../../src/turn/server.ts';

/**
 * What the simulation uses of a server: all of it. A server that is broken on purpose (`broken-servers.ts`) has the same
 * inputs and outputs.
 */
export type ServerUnderTest = Pick<
  TurnServer,
  | 'forward'
  | 'allocationCount'
  | 'pendingCount'
  | 'addClientSocket'
  | 'removeClientSocket'
  | 'handleClient'
  | 'handlePeer'
  | 'handlePeerIcmp'
  | 'handleRelayOpened'
  | 'handleRelayOpenFailed'
  | 'handleReservationClaimed'
  | 'claimReservation'
  | 'returnPort'
  | 'handleTimeout'
  | 'nextTimeout'
  | 'applyChange'
  | 'setClockOffset'
  | 'setOwnAddresses'
  | 'setDefaultLimits'
  | 'setDraining'
  | 'collectUsage'
  | 'nextCommand'
>;
