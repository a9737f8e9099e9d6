import { median } from '../compare/median.ts';
import { EXPIRIES, MeasuredCrowd } from './measured-crowd.ts';

const SIZES = [1, 1_000, 10_000, 50_000];
/** Too few allocations for what they take to be told from what else there is. */
const BYTES_FROM = 1_000;
/** Rounds that warm up, and those that count. */
const WARMING_ROUNDS = 40;
const CYCLE_ROUNDS = 40;
const COLUMN_CHARACTERS = 12;

/** Prints what an allocation costs among so many others: to make and end it, to let it expire, and to have it. */
export function printCrowds(): void {
  const crowds = SIZES.map((size) => new MeasuredCrowd(size));
  const expiries = measureInTurns(crowds, EXPIRIES / 2, EXPIRIES / 2, (crowd) => crowd.expire());
  // Now that those which expire are gone, there are exactly so many.
  const cycles = measureInTurns(crowds, WARMING_ROUNDS, CYCLE_ROUNDS, (crowd) => crowd.cycle());
  printRow(
    'allocations',
    SIZES.map((size) => size.toLocaleString('en')),
  );
  printRow(
    'ns  allocate and refresh(0)',
    cycles.map((cycle) => cycle.toFixed(0)),
  );
  printRow(
    'ns  expiry of one with a channel',
    expiries.map((expiry) => expiry.toFixed(0)),
  );
  printRow(
    'bytes of each, with a channel',
    crowds.map(({ bytesPerAllocation }, at) =>
      (SIZES[at] as number) < BYTES_FROM ? '–' : bytesPerAllocation.toFixed(0),
    ),
  );
}

/** A median for each crowd. They have their turns, so that whatever else the machine does meets all of them. */
function measureInTurns(
  crowds: readonly MeasuredCrowd[],
  warmingRounds: number,
  rounds: number,
  act: (crowd: MeasuredCrowd) => number,
): readonly number[] {
  const times = Array.from({ length: warmingRounds + rounds }, () => crowds.map(act)).slice(warmingRounds);
  return crowds.map((_, at) => median(times.map((round) => round[at] as number)) as number);
}

function printRow(title: string, cells: readonly string[]): void {
  console.log(title.padEnd(34) + cells.map((cell) => cell.padStart(COLUMN_CHARACTERS)).join(''));
}
