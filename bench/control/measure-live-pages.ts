import { join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import { LOAD_SECONDS_MAX } from '../../src/load/check-options.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { fitAllocations, readDescriptorLimit } from '../compare/fit-descriptors.ts';
import { PinnedProcess } from '../compare/pinned-process.ts';
import type { RunningTaciturn } from '../compare/start-taciturn.ts';
import { type Spread, spreadOf } from './spread-of.ts';

const ALLOCATIONS = 20_000;
const ITEMS_PER_PAGE = 1_000;
/** What the generator sends meanwhile: hardly anything, since the list is measured and not the relay. */
const PACKETS_PER_SECOND = 100;
const ALLOCATED_MS_MAX = 120_000;

export interface LivePageOptions {
  readonly seconds: number;
  readonly generatorCores: string;
}

export interface LivePageFigures {
  readonly allocations: number;
  /** From the request for a page to the end of its answer. */
  readonly pageMs: Spread;
  /** All pages, one after the other. */
  readonly listMs: Spread;
}

interface Page {
  readonly result: readonly unknown[];
  readonly result_info: { readonly cursors: { readonly after?: string } };
}

/** Reads the list of live allocations over HTTP, page by page from its beginning to its end, again and again for so long. */
export async function measureLivePages(
  server: RunningTaciturn,
  { seconds, generatorCores }: LivePageOptions,
): Promise<LivePageFigures> {
  const allocations = fitAllocations(ALLOCATIONS, readDescriptorLimit());
  const generator = startGenerator(server, generatorCores, allocations);
  try {
    await waitFor(
      `that there are ${allocations} allocations`,
      async () => generator.hasEnded || (await readAllocationCount(server)) === allocations,
      ALLOCATED_MS_MAX,
    );
    const pageMs: number[] = [];
    const listMs: number[] = [];
    const end = performance.now() + 1_000 * seconds;
    do {
      const begun = performance.now();
      const count = await readList(server, pageMs);
      listMs.push(performance.now() - begun);
      if (count !== allocations) {
        throw new Error(
          `${count} of ${allocations} allocations were listed. The load said last:\n${generator.lastLines}`,
        );
      }
    } while (performance.now() < end);
    return { allocations, pageMs: spreadOf(pageMs), listMs: spreadOf(listMs) };
  } finally {
    await generator.stop();
  }
}

/** `taciturn load`, which makes the allocations and keeps them, for longer than a round takes. */
function startGenerator(server: RunningTaciturn, cores: string, allocations: number): PinnedProcess {
  const command = [
    ...[process.execPath, join(root, 'src/cli/main.ts'), 'load', `turn:127.0.0.1:${server.port}?transport=udp`],
    ...['--json', '--mode', 'channel', '--allocations', String(allocations)],
    ...['--rate', String(PACKETS_PER_SECOND), '--seconds', String(LOAD_SECONDS_MAX)],
  ];
  const environment = { TACITURN_LOAD_USER: server.username, TACITURN_LOAD_PASSWORD: server.password };
  return new PinnedProcess(command, { cores, environment });
}

async function readAllocationCount({ url }: RunningTaciturn): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(metrics.match(/^taciturn_allocations (\d+)/m)?.[1]);
}

/** How many there are; notes how long each page took. */
async function readList(server: RunningTaciturn, pageMs: number[]): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const begun = performance.now();
    const page = await readPage(server, cursor);
    pageMs.push(performance.now() - begun);
    count += page.result.length;
    cursor = page.result_info.cursors.after;
  } while (cursor !== undefined);
  return count;
}

/** @throws {Error} when the answer is no success. */
async function readPage({ url, adminToken }: RunningTaciturn, cursor: string | undefined): Promise<Page> {
  const place = cursor === undefined ? '' : `&cursor=${cursor}`;
  const list = `${url}/client/v4/accounts/default/calls/turn_allocations?per_page=${ITEMS_PER_PAGE}${place}`;
  const response = await fetch(list, { headers: { authorization: `Bearer ${adminToken}` } });
  if (!response.ok) {
    throw new Error(`the service answered ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as Page;
}
