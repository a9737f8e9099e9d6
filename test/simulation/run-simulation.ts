import { SeededRandom } from '../../src/base/seeded-random.ts';
import { Draw } from './draw.ts';
import { type InvariantName, InvariantViolation } from './invariant.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { type ServerFactory, World } from './world.ts';

export interface SimulationReport {
  readonly scenario: Scenario;
  /** Packets between clients, servers and peers. */
  readonly packets: number;
  readonly virtualMs: number;
  /** Sums up everything that happened, so that two runs can be compared. */
  readonly digest: number;
}

/** A simulation that found something, with all that is needed to see it again. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure';
  /** Undefined when the server, or the simulation, threw an error of its own. */
  readonly invariant: InvariantName | undefined;

  constructor(seed: number, packets: number, world: World, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      [
        `seed ${seed}, step ${world.trace.step}: ${reason}`,
        `reproduce: SIMULATION_SEED=${seed} SIMULATION_PACKETS=${packets} npm test -- simulation`,
        JSON.stringify(world.scenario),
        world.trace.format(),
      ].join('\n'),
      { cause },
    );
    this.invariant = cause instanceof InvariantViolation ? cause.invariant : undefined;
  }
}

/**
 * Runs one simulation, of which `seed` decides everything and `packets` the length.
 * @throws {SimulationFailure} when an invariant does not hold.
 */
export function runSimulation(seed: number, packets: number, makeServer?: ServerFactory): SimulationReport {
  const random = new SeededRandom(seed);
  const scenario = drawScenario(new Draw(random), packets);
  const world = new World(random, scenario, makeServer);
  const start = world.queue.now;
  try {
    world.run();
  } catch (cause) {
    throw new SimulationFailure(seed, packets, world, cause);
  }
  return {
    scenario,
    packets: world.network.sent,
    virtualMs: world.queue.now - start,
    digest: world.trace.step * 0x1000 + random.below(0x1000),
  };
}
