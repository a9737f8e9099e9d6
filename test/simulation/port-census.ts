import type { Instant } from '../../src/base/clock.ts';
import { type Family, familyOf } from '../../src/base/socket-address.ts';
import { TRANSPORT_UDP } from '../../src/stun/attributes/turn-values.ts';
import { ATTRIBUTE_REQUESTED_ADDRESS_FAMILY } from '../../src/stun/registry/attributes.ts';
import { METHOD_ALLOCATE } from '../../src/stun/registry/methods.ts';
import type { SimulatedCredential } from './clients/credential-book.ts';
import { SimulatedClient } from './clients/simulated-client.ts';
import { requireInvariant } from './invariant.ts';
import type { Scenario } from './scenario.ts';
import type { SimulationContext } from './simulation-context.ts';
import type { World } from './world.ts';

/** How often a client asks that got nothing, and how long it waits for the answer. */
const ROUNDS = 2;
const ROUND_MS = 20_000;
/** Clients for each port, so that every worker gets more than it has ports. */
const CLIENTS_PER_PORT = 4;

/** Whether there are so few ports that they can all be taken, and nothing but their number stands in the way. */
export function canTakeCensus(scenario: Scenario): boolean {
  return scenario.arePortsScarce && !scenario.areLimitsTight;
}

/**
 * Requires that every port of every worker is free, by taking them all and giving them back. To be called when nothing is
 * left of anything else.
 */
export function takePortCensus(world: World, context: SimulationContext, issue: () => SimulatedCredential): void {
  const { scenario, topology } = context;
  world.sockets.areReliable = true;
  for (const family of new Set(topology.relays.map(({ bind }) => familyOf(bind)))) {
    const relayCount = topology.relays.filter(({ bind }) => familyOf(bind) === family).length;
    const portCount = relayCount * (scenario.ports.max - scenario.ports.min + 1);
    const clients: SimulatedClient[] = [];
    for (let number = 0; number < CLIENTS_PER_PORT * portCount; number += 1) {
      const client = new SimulatedClient(context, scenario.clients + number, 'rfc5389', true);
      client.credential = issue();
      clients.push(client);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const client of clients.filter(({ belief }) => !belief.isAllocated)) {
        allocateOf(client, family);
      }
      context.queue.runUntil((context.queue.now + ROUND_MS) as Instant);
    }
    requireInvariant(
      world.sockets.size === portCount,
      'leftover',
      () => `${world.sockets.size} of ${portCount} ports can be allocated when nothing is left of anything`,
    );
    for (const client of clients) {
      client.path.close();
    }
    context.queue.runUntil((context.queue.now + ROUND_MS) as Instant);
  }
}

function allocateOf(client: SimulatedClient, family: Family): void {
  client.request({
    method: METHOD_ALLOCATE,
    signing: 'right',
    write: (writer) => {
      writer.addRequestedTransport(TRANSPORT_UDP);
      writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, family);
    },
    onSuccess: () => client.belief.begin([client.path.local]),
  });
}
