import { endLiveAllocation } from '../../control/end-live-allocation.ts';
import { listLiveAllocations } from '../../control/list-live-allocations.ts';
import { LiveFeeds } from '../../control/live-feeds.ts';
import type { AllocationFilterInput } from '../../control/parse-allocation-filter.ts';
import { readLiveAllocation } from '../../control/read-live-allocation.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import type { LiveStreams } from '../live/live-streams.ts';
import { writeEvents } from '../live/write-events.ts';
import {
  accountAllocationParams,
  allocationDetail,
  allocationFilter,
  allocationFilterProblems,
  allocationItem,
  allocationListProblems,
  allocationListQuery,
  endedAllocation,
  LIVE_ALLOCATIONS_PER_PAGE_DEFAULT,
} from './allocation-schemas.ts';
import { describeCursorPage, wrapCursorPage } from './cursor-page.ts';
import { describeEnvelope, describeMissing, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { ageOf, formatAllocation, formatDetail } from './format-allocation.ts';
import { identifyActor } from './identify-actor.ts';
import { accountParams } from './key-schemas.ts';

const COLLECTION = '/accounts/:accountId/calls/turn_allocations';
const ITEM = `${COLLECTION}/:allocationId`;

const reading = { access: 'Calls Read' } as const;
const writing = { access: 'Calls Write' } as const;
const common = { tags: ['Live allocations'], security: [{ accountToken: [] }] };

/** The live allocations of an account: a list, one of them, its end, and a stream of what changes. */
export function registerAllocations(app: HttpApp, context: HttpContext, streams: LiveStreams): void {
  registerCollection(app, context);
  registerItem(app, context);
  registerStream(app, context, streams);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { ...reading, problems: allocationListProblems },
      schema: {
        ...common,
        operationId: 'listAllocations',
        summary: 'List the live allocations of an account',
        description:
          'In an order that does not change while they live: whoever reads all pages sees each that lives all the while ' +
          'once. `messages` names the workers that did not answer, whose allocations are then not on the page.',
        params: accountParams,
        querystring: allocationListQuery,
        response: {
          200: describeCursorPage(allocationItem, 'One page of live allocations.'),
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }) => {
      const { per_page: perPage = LIVE_ALLOCATIONS_PER_PAGE_DEFAULT, cursor } = query;
      const request = { filter: readFilter(query), limit: perPage, cursor };
      const { allocations, next, missing } = await listLiveAllocations(control, params.accountId, request);
      const now = control.clock.unixNow();
      const items = allocations.map((one) => ({ ...formatAllocation(one), age_seconds: ageOf(one.record, now) }));
      return wrapCursorPage(items, { perPage, after: next, messages: describeMissing(missing) });
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  const schema = { ...common, params: accountAllocationParams };

  app.get(
    ITEM,
    {
      config: reading,
      schema: {
        ...schema,
        operationId: 'readAllocation',
        summary: 'Read a live allocation, with its permissions and channels',
        response: {
          200: describeEnvelope(allocationDetail, 'The allocation.'),
          ...describeEnvelopeErrors(401, 403, 404),
        },
      },
    },
    async ({ params: { accountId, allocationId } }) => {
      const detail = await readLiveAllocation(control, accountId, allocationId);
      return wrapResult(formatDetail(allocationId, detail, control.clock.unixNow()));
    },
  );

  app.delete(
    ITEM,
    {
      config: writing,
      schema: {
        ...schema,
        operationId: 'endAllocation',
        summary: 'End a live allocation; a TCP or TLS connection of its client ends too',
        description:
          'The client may make another with the same credential. To keep it out, revoke the credential, which ends its ' +
          'allocations as well.',
        response: {
          200: describeEnvelope(endedAllocation, 'The allocation that was.'),
          ...describeEnvelopeErrors(401, 403, 404),
        },
      },
    },
    async (request) => {
      const { accountId, allocationId } = request.params;
      await endLiveAllocation(control, identifyActor(request), accountId, allocationId);
      return wrapResult({ id: allocationId });
    },
  );
}

function registerStream(app: HttpApp, { control }: HttpContext, streams: LiveStreams): void {
  const feeds = new LiveFeeds();
  app.addHook('preClose', async () => feeds.close());
  app.get(
    `${COLLECTION}/stream`,
    {
      config: { ...reading, problems: allocationFilterProblems },
      schema: {
        ...common,
        operationId: 'streamAllocations',
        summary: 'Follow the live allocations of an account',
        description:
          'Server-sent events: `snapshot` tells all allocations, in parts; then each second `added`, `changed` and `removed` ' +
          'tell what is new, and `missing` which workers do not answer. `Last-Event-ID` goes on where a connection broke.',
        params: accountParams,
        querystring: allocationFilter,
        response: {
          200: { description: 'The events.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async (request, reply) => {
      const { accountId } = request.params;
      await streams.open(request, reply, accountId, async () => {
        const { feed, close } = await feeds.watch(control, accountId, readFilter(request.query));
        return { write: (...reader) => writeEvents(feed, ...reader), close };
      });
    },
  );
}

interface FilterQuery extends Pick<AllocationFilterInput, 'username' | 'transport'> {
  readonly key_uid?: string;
  readonly custom_identifier?: string;
  readonly client_address?: string;
  readonly relay_address?: string;
  readonly peer_address?: string;
}

function readFilter(query: FilterQuery): AllocationFilterInput {
  return {
    keyUid: query.key_uid,
    customIdentifier: query.custom_identifier,
    username: query.username,
    transport: query.transport,
    clientAddress: query.client_address,
    relayAddress: query.relay_address,
    peerAddress: query.peer_address,
  };
}
