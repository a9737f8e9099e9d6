import { formatTransportAddress } from '../../src/base/ip.ts';
import { requireInvariant } from './invariant.ts';
import { limitsOf } from './scenario.ts';
import type { World } from './world.ts';

/** What must hold for all workers together, between any two events. */
export function auditStep(world: World): void {
  const counts = new Map<string, number>();
  const open = new Set<string>();
  for (const { harness, index } of world.workers) {
    const { allocations, pending, relays } = harness.model;
    for (const { credential } of allocations.values()) {
      counts.set(credential.username, (counts.get(credential.username) ?? 0) + 1);
    }
    for (const { sender } of pending.values()) {
      const username = sender.credential?.username ?? '';
      counts.set(username, (counts.get(username) ?? 0) + 1);
    }
    for (const [socket, { allocation, relay }] of relays) {
      open.add(`${index} ${socket}`);
      requireInvariant(
        harness.model.lifeOf(allocation, relay, world.queue.now) !== 'over',
        'leftover',
        () => `${formatTransportAddress(relay.relayed)} of ${allocation.owner} is open, and its time is over`,
      );
    }
  }
  requireLimits(world);
  world.quota.requireCounts(counts);
  requireRelaysOpen(world, open);
}

function requireLimits(world: World): void {
  const limits = limitsOf(world.scenario);
  const now = world.queue.now;
  for (const { harness, index } of world.workers) {
    const { allocations, pending } = harness.model;
    requireInvariant(
      allocations.size + pending.size <= limits.allocationsMax && pending.size <= limits.pendingAllocationsMax,
      'limit',
      () => `worker ${index} has ${allocations.size} allocations, and ${pending.size} in the making`,
    );
    for (const { relays, owner } of allocations.values()) {
      const permissions = relays.flatMap((relay) => [...relay.permissions.values()]).filter((expiry) => expiry > now);
      const channels = relays.flatMap((relay) => [...relay.channels.values()]).filter((bound) => bound.expiresAt > now);
      requireInvariant(
        permissions.length <= limits.permissionsPerAllocationMax && channels.length <= limits.channelsPerAllocationMax,
        'limit',
        () => `${owner} has ${permissions.length} permissions and ${channels.length} channels`,
      );
    }
  }
}

/** Every relay of an allocation has its socket, and every other open socket belongs to an allocation in the making. */
function requireRelaysOpen(world: World, expected: ReadonlySet<string>): void {
  const pending = world.workers.reduce((sum, { harness }) => sum + harness.model.pending.size, 0);
  let others = 0;
  const seen = new Set<string>();
  for (const socket of world.sockets.all()) {
    const key = `${socket.worker} ${socket.id}`;
    seen.add(key);
    others += expected.has(key) ? 0 : 1;
  }
  for (const key of expected) {
    requireInvariant(seen.has(key), 'relay-socket', () => `the relay ${key} of a live allocation is not open`);
  }
  requireInvariant(
    others <= 2 * pending,
    'relay-socket',
    () => `${others} sockets are open beside those of allocations, and ${pending} allocations are in the making`,
  );
}

/** What must hold when no event is left: every allocation has ended, and has left nothing. */
export function requireNothingLeft(world: World): void {
  auditStep(world);
  for (const { harness, index } of world.workers) {
    const { server, model } = harness;
    requireInvariant(
      server.allocationCount === 0 && server.pendingCount === 0 && model.allocations.size === 0,
      'leftover',
      () => `worker ${index} has ${server.allocationCount} allocations and ${server.pendingCount} pending ones`,
    );
    requireInvariant(
      server.nextTimeout() === Number.POSITIVE_INFINITY,
      'leftover',
      () => `worker ${index} still has a timer at ${server.nextTimeout()}`,
    );
  }
  requireInvariant(world.sockets.size === 0, 'leftover', () => `${world.sockets.size} relay sockets are open`);
  requireInvariant(world.quota.size === 0, 'quota', () => `${world.quota.size} usernames have allocations`);
  world.usage.requireEqual();
}
