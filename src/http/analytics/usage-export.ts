import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Type } from 'typebox';
import type { UnixMs } from '../../base/clock.ts';
import { USAGE_EXPORT_MS_MAX } from '../../base/limits.ts';
import { planUsageExport } from '../../control/plan-usage-export.ts';
import { readUsageExport } from '../../control/read-usage-export.ts';
import { formatDate } from '../../control/rfc3339.ts';
import { USAGE_EXPORT_GROUPINGS, type UsageDayRow, type UsageExport } from '../../control/usage-export.ts';
import { describeEnvelopeErrors } from '../cloudflare/error-schemas.ts';
import { accountParams } from '../cloudflare/key-schemas.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpProblem, type MemberProblems } from '../problem.ts';
import { readMoment } from '../read-moment.ts';
import { formatCsvRow } from './format-csv-row.ts';

const HEADER = [
  'date',
  'keyId',
  'customIdentifier',
  'username',
  'egressBytes',
  'ingressBytes',
  'allocations',
  'allocationMs',
];

const exportQuery = Type.Object({
  since: Type.Optional(
    Type.String({
      description: 'The first day, in UTC, which must be named: a date, or its midnight in RFC 3339.',
      examples: ['2026-01-01'],
    }),
  ),
  until: Type.Optional(Type.String({ description: 'The first day that is left out; the present day by default.' })),
  group_by: Type.Optional(
    Type.Enum([...USAGE_EXPORT_GROUPINGS], {
      default: 'keyId',
      description: 'What the rows of a day tell apart. `username` tells keys and custom identifiers apart, too.',
    }),
  ),
});

const exportProblems = {
  since: 'invalid_usage_range',
  until: 'invalid_usage_range',
  group_by: 'invalid_group_by',
} as const satisfies MemberProblems;

/** Usage for billing, as a file. */
export function registerUsageExport(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/accounts/:accountId/calls/usage.csv',
    {
      config: { access: 'Account Analytics Read', problems: exportProblems },
      // The time until all has been sent.
      handlerTimeout: USAGE_EXPORT_MS_MAX,
      schema: {
        tags: ['Analytics'],
        security: [{ accountToken: [] }],
        operationId: 'exportUsage',
        summary: 'Export usage by the day as CSV, exactly',
        description:
          'RFC 4180 with a header row; columns that group_by does not name are empty. An apostrophe stands before a text that ' +
          'begins with =, +, -, @, a tab, a carriage return or an apostrophe, so that no spreadsheet runs it. A file that ends early was not ' +
          'sent whole, and its connection breaks.',
        params: accountParams,
        querystring: exportQuery,
        response: {
          200: { description: 'The file.', content: { 'text/csv': { schema: Type.String() } } },
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }, reply) => {
      const { since = '', until, group_by: groupBy = 'keyId' } = query;
      const range = { since: requireMoment(since), until: until === undefined ? undefined : requireMoment(until) };
      const plan = await planUsageExport(control, params.accountId, { ...range, groupBy });
      const lines = formatLines(readUsageExport(control, plan));
      // Whatever goes wrong up to the first page is told as a problem.
      const first = await lines.next();
      const body = Readable.from(resume(first, lines), { objectMode: false });
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="${nameFile(plan)}"`)
        .send(body as never);
    },
  );
}

async function* formatLines(pages: AsyncIterable<readonly UsageDayRow[]>): AsyncGenerator<string, void, undefined> {
  let text = formatCsvRow(HEADER);
  for await (const page of pages) {
    yield text + page.map(formatRow).join('');
    text = '';
    // Others' requests are answered between two pages.
    await setImmediate();
  }
  if (text !== '') {
    yield text;
  }
}

async function* resume(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  if (first.done !== true) {
    yield first.value;
    yield* rest;
  }
}

function formatRow(row: UsageDayRow): string {
  const { day, keyId, customIdentifier, username, egressBytes, ingressBytes, allocationsStarted, allocationMs } = row;
  const names = [formatDate(day), keyId, customIdentifier, username];
  return formatCsvRow([...names, egressBytes, ingressBytes, allocationsStarted, allocationMs]);
}

function nameFile({ accountId, groupBy, from, to }: UsageExport): string {
  return `usage-${accountId}-${formatDate(from)}-${formatDate(to)}-${groupBy}.csv`;
}

function requireMoment(text: string): UnixMs {
  const moment = readMoment(text);
  if (moment === undefined) {
    throw new HttpProblem('invalid_usage_range');
  }
  return moment;
}
