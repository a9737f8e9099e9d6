import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { UsageLevel } from '../../src/control/usage-plan.ts';
import { openSqlite, SQLITE_FILE } from '../../src/store/open-sqlite.ts';
import { SOURCE_COLUMNS, USAGE_TABLES, type UsageTableFacts } from '../../src/store/usage-tables.ts';
import { SCENE, type SceneCall, UsageScene } from './usage-scene.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Makes a store in an empty folder, with what {@link SCENE} says. @returns rows by the minute. */
export async function fillUsageStore(folder: string): Promise<number> {
  await (await openSqlite(folder)).close();
  const database = new DatabaseSync(join(folder, SQLITE_FILE));
  // A fill that is interrupted is begun anew.
  database.exec('pragma journal_mode = off; pragma synchronous = off; begin');
  const start = Date.UTC(1970, 0, 1) + Math.floor(SCENE.now / DAY_MS - SCENE.days + 1) * DAY_MS;
  database.prepare('insert into accounts values (?, ?, ?)').run(SCENE.accountId, '', start);
  const count = insertCalls(database, start);
  sumUp(database);
  database.exec('commit');
  database.close();
  return count;
}

/** The columns that are summed up. */
const COUNTS = [
  'ingress_bytes',
  'ingress_packets',
  'egress_bytes',
  'egress_packets',
  'allocations_started',
  'allocation_ms',
] as const;

/** The table of a level that tells everything apart. */
function findFullTable(level: UsageLevel): UsageTableFacts {
  return USAGE_TABLES.findLast((facts) => facts.level === level) as UsageTableFacts;
}

/** Fills the tables that tell less apart from those that tell everything. */
function sumUp(database: DatabaseSync): void {
  for (const { table, level, bucket, sources } of USAGE_TABLES) {
    const full = findFullTable(level).table;
    if (table !== full) {
      const names = ['account_id', bucket, ...sources.map((source) => SOURCE_COLUMNS[source])].join(', ');
      const sums = COUNTS.map((name) => `sum(${name})`).join(', ');
      database.exec(
        `insert into ${table} (${names}, ${COUNTS.join(', ')}) select ${names}, ${sums} from ${full} group by ${names}`,
      );
    }
  }
}

/** The rows of one bucket of a level, summed up while it lasts. */
class Rollup {
  readonly #insert: StatementSync;
  readonly #lengthMs: number;
  readonly #sums = new Map<SceneCall, number>();
  #start = 0;

  constructor(database: DatabaseSync, level: 'hour' | 'day') {
    this.#insert = prepareInsert(database, level);
    this.#lengthMs = findFullTable(level).lengthMs;
  }

  add(minute: number, calls: readonly SceneCall[]): void {
    const start = minute - (minute % this.#lengthMs);
    if (start !== this.#start) {
      this.write();
      this.#start = start;
    }
    for (const call of calls) {
      this.#sums.set(call, (this.#sums.get(call) ?? 0) + 1);
    }
  }

  write(): void {
    for (const [call, minutes] of this.#sums) {
      insertRow(this.#insert, this.#start, call, minutes);
    }
    this.#sums.clear();
  }
}

function insertCalls(database: DatabaseSync, start: number): number {
  const scene = new UsageScene();
  const insert = prepareInsert(database, 'minute');
  const rollups = [new Rollup(database, 'hour'), new Rollup(database, 'day')];
  const firstKept = SCENE.now - SCENE.minuteDays * DAY_MS;
  let count = 0;
  for (let minute = start; minute < SCENE.now; minute += MINUTE_MS) {
    const calls = scene.advance(minute);
    for (const rollup of rollups) {
      rollup.add(minute, calls);
    }
    if (minute >= firstKept) {
      for (const call of calls) {
        insertRow(insert, minute, call, 1);
      }
      count += calls.length;
    }
  }
  for (const rollup of rollups) {
    rollup.write();
  }
  return count;
}

function prepareInsert(database: DatabaseSync, level: UsageLevel): StatementSync {
  const { table, bucket, key } = findFullTable(level);
  const sums = COUNTS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return database.prepare(`
    insert into ${table} (${bucket}, account_id, key_uid, custom_identifier, username, transport, node,
      ${COUNTS.join(', ')})
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (${key.join(', ')}) do update set ${sums}`);
}

function insertRow(insert: StatementSync, start: number, { row, node }: SceneCall, minutes: number): void {
  insert.run(
    start,
    row.accountId,
    row.keyUid,
    row.customIdentifier,
    row.username,
    row.transport,
    node,
    minutes * row.ingressBytes,
    minutes * row.ingressPackets,
    minutes * row.egressBytes,
    minutes * row.egressPackets,
    row.allocationsStarted,
    minutes * row.allocationMs,
  );
}
