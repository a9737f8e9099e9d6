import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { runSimulation, type SimulationReport } from './run-simulation.ts';

/*
 * Many clients and peers, one to three workers with their real TurnServer, and a network that loses, reorders and repeats, in
 * virtual time. Beside each server runs a model of RFC 8656 (`model/`) that judges every output; whoever receives a payload
 * judges it once more by what he knows himself. One seed decides everything.
 *
 * SIMULATION_SECONDS=3600 runs one simulation after the other for so long, each with a fresh seed;
 * SIMULATION_SEED=… runs the one of that seed. SIMULATION_PACKETS is the length of one.
 */
const SECONDS = readNumber('SIMULATION_SECONDS');
const SEED = readNumber('SIMULATION_SEED');
const PACKETS = readNumber('SIMULATION_PACKETS') ?? 20_000;

const FIXED_SEEDS = 10;
const PROGRESS_MS = 10_000;

describe('simulation', () => {
  if (SEED !== undefined) {
    test(`seed ${SEED}`, (context) => report(context, SEED, runSimulation(SEED, PACKETS)));
  } else if (SECONDS !== undefined) {
    test(`fresh seeds for ${SECONDS} s`, (context) => runFor(context, SECONDS * 1000));
  } else {
    testFixedSeeds();
    const seed = drawSeed();
    test(`fresh seed ${seed}`, (context) => report(context, seed, runSimulation(seed, PACKETS)));
  }
});

function testFixedSeeds(): void {
  for (let seed = 1; seed <= FIXED_SEEDS; seed += 1) {
    test(`seed ${seed}`, (context) => report(context, seed, runSimulation(seed, PACKETS)));
  }
  test('the same seed gives the same simulation', () => {
    assert.deepEqual(runSimulation(3, 4_000), runSimulation(3, 4_000));
  });
}

function runFor(context: TestContext, durationMs: number): void {
  const end = performance.now() + durationMs;
  let nextProgress = performance.now() + PROGRESS_MS;
  let simulations = 0;
  let packets = 0;
  while (performance.now() < end) {
    packets += runSimulation(drawSeed(), PACKETS).packets;
    simulations += 1;
    if (performance.now() > nextProgress) {
      nextProgress += PROGRESS_MS;
      console.log(`${simulations} simulations, ${packets} packets`);
    }
  }
  context.diagnostic(`${simulations} simulations, ${packets} packets`);
}

function report(context: TestContext, seed: number, { packets, virtualMs, scenario }: SimulationReport): void {
  const hours = (virtualMs / 3_600_000).toFixed(1);
  context.diagnostic(
    `seed ${seed}: ${packets} packets in ${hours} h of virtual time, ${scenario.workers} workers, ${scenario.clients} clients`,
  );
  assert.ok(packets > 0);
}

function drawSeed(): number {
  return randomInt(2 ** 32);
}

function readNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') {
    return undefined;
  }
  const value = Number(text);
  assert.ok(Number.isSafeInteger(value) && value >= 0, `${name} is a whole number`);
  return value;
}
