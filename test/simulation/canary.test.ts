import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runSimulation, SimulationFailure } from './run-simulation.ts';
import { BROKEN_SERVERS, type BrokenServer } from './workers/broken-servers.ts';

/** Simulations in which a fault has to show, and how long each is. */
const SEEDS_MAX = 40;
const PACKETS = 10_000;

describe('a server that is broken on purpose', () => {
  for (const server of BROKEN_SERVERS) {
    test(server.fault, () => {
      const failure = findFailure(server);
      assert.ok(failure !== undefined, `${SEEDS_MAX} simulations did not notice it`);
      assert.ok(
        failure.invariant !== undefined && server.caughtBy.includes(failure.invariant),
        `caught, but as something else: ${failure.message}`,
      );
    });
  }
});

function findFailure(server: BrokenServer): SimulationFailure | undefined {
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    try {
      runSimulation(seed, PACKETS, server.make);
    } catch (error) {
      assert.ok(error instanceof SimulationFailure);
      return error;
    }
  }
  return undefined;
}
