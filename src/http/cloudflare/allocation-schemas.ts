import { Type } from 'typebox';
import { LIVE_ALLOCATIONS_PER_PAGE_MAX, LIVE_PEERS_LISTED_MAX } from '../../base/limits.ts';
import type { MemberProblems } from '../problem.ts';
import { cursorProblems, cursorQuery } from './cursor-page.ts';
import { accountParams } from './key-schemas.ts';

const moment = Type.String({ description: 'An RFC 3339 time.' });
const transport = Type.Enum(['udp', 'tcp', 'tls']);
const count = Type.Integer({ minimum: 0 });

export const accountAllocationParams = Type.Object({
  ...accountParams.properties,
  allocationId: Type.String({ description: "The allocation's identifier: 32 hexadecimal digits." }),
});

/** What a list and a stream may be narrowed to. */
export const allocationFilter = Type.Object({
  key_uid: Type.Optional(Type.String({ description: 'Those of one TURN key.' })),
  custom_identifier: Type.Optional(Type.String({ description: 'Empty: those whose credential has none.' })),
  username: Type.Optional(Type.String()),
  transport: Type.Optional(transport),
  client_address: Type.Optional(
    Type.String({ description: 'An IP address, or one with a port: `198.51.100.1:4000`, `[2001:db8::1]:4000`.' }),
  ),
  relay_address: Type.Optional(Type.String({ description: 'The same of the relayed transport address.' })),
  peer_address: Type.Optional(Type.String({ description: 'An IP address that the allocation has a permission for.' })),
});

export const allocationFilterProblems = {
  key_uid: 'invalid_filter',
  custom_identifier: 'invalid_filter',
  username: 'invalid_filter',
  transport: 'invalid_filter',
  client_address: 'invalid_filter',
  relay_address: 'invalid_filter',
  peer_address: 'invalid_filter',
} as const satisfies MemberProblems;

/** Not the maximum: each page asks the workers. */
export const LIVE_ALLOCATIONS_PER_PAGE_DEFAULT = 100;

export const allocationListQuery = Type.Object({
  ...allocationFilter.properties,
  per_page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LIVE_ALLOCATIONS_PER_PAGE_MAX,
      default: LIVE_ALLOCATIONS_PER_PAGE_DEFAULT,
    }),
  ),
  ...cursorQuery.properties,
});

export const allocationListProblems = {
  ...allocationFilterProblems,
  ...cursorProblems,
} as const satisfies MemberProblems;

const record = {
  id: Type.String({ description: 'The identifier: 32 hexadecimal digits, never used again.' }),
  username: Type.String(),
  custom_identifier: Type.String({ description: 'Empty when the credential has none.' }),
  key_uid: Type.String(),
  transport,
  client_address: Type.String({ description: 'With its port, as the server sees it.' }),
  relay_addresses: Type.Array(Type.String(), {
    description: 'The relayed transport address; two of a dual allocation.',
  }),
  peers: Type.Array(Type.String(), {
    description: `IP addresses that it has permissions for, at most ${LIVE_PEERS_LISTED_MAX} of them.`,
  }),
  peer_count: Type.Integer({ minimum: 0, description: 'All of them.' }),
  started_on: moment,
  expires_on: Type.String({ description: 'When it ends unless it is refreshed: an RFC 3339 time.' }),
  credential_expires_on: moment,
};

const traffic = {
  ingress_bytes: Type.Integer({ minimum: 0, description: 'Client to server since the start, as usage counts them.' }),
  ingress_packets: count,
  egress_bytes: Type.Integer({ minimum: 0, description: 'Server to client.' }),
  egress_packets: count,
  ingress_bits_per_second: Type.Integer({
    minimum: 0,
    description: 'The average since the last but one report of usage, which is one to two intervals (5 s by default).',
  }),
  ingress_packets_per_second: count,
  egress_bits_per_second: count,
  egress_packets_per_second: count,
};

const age = { age_seconds: Type.Integer({ minimum: 0 }) };

export const allocationItem = Type.Object({ ...record, ...age, ...traffic });

export const allocationDetail = Type.Object({
  ...allocationItem.properties,
  relays: Type.Array(Type.Object({ address: Type.String(), expires_on: moment })),
  permissions: Type.Array(Type.Object({ peer: Type.String(), expires_on: moment })),
  channels: Type.Array(Type.Object({ number: Type.Integer(), peer: Type.String(), expires_on: moment })),
});

export const endedAllocation = Type.Object({ id: record.id });
