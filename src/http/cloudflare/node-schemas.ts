import { Type } from 'typebox';

const time = Type.String({ description: 'An RFC 3339 time.' });
const rate = Type.Integer({ description: 'As of the last seconds.' });

export const nodeItem = Type.Object({
  id: Type.String({ description: 'The identifier of its data folder, as usage names it.' }),
  labels: Type.Object({
    city: Type.String(),
    code: Type.String(),
    country: Type.String(),
    region: Type.String(),
  }),
  version: Type.String(),
  started_on: time,
  uptime_seconds: Type.Integer(),
  health: Type.Object({
    status: Type.Enum(['ready', 'not ready']),
    reasons: Type.Array(Type.String(), { description: 'Why it is not ready, as `/readyz` tells.' }),
  }),
  workers: Type.Object({
    count: Type.Integer({ description: 'Threads that relay; 0 while the service starts.' }),
    back_end: Type.Optional(Type.String({ description: 'How they read and write UDP: `io_uring`, `mmsg`, `dgram`.' })),
    reason: Type.Optional(Type.String({ description: 'Why so, in a word, as the metrics name it.' })),
    explanation: Type.Optional(Type.String({ description: 'Why so, in a sentence.' })),
  }),
  listeners: Type.Array(Type.Object({ transport: Type.String(), address: Type.String() })),
  ice_server_urls: Type.Array(Type.String(), { description: 'What clients are told to connect to.' }),
  live_allocations: Type.Integer(),
  traffic: Type.Object({ ingress_bits_per_second: rate, egress_bits_per_second: rate, packets_per_second: rate }),
  relay_ports: Type.Object({
    taken: Type.Integer({ description: 'Those of allocations, and those that are reserved.' }),
    total: Type.Integer(),
  }),
  memory_bytes: Type.Integer({ description: 'Resident memory of the process.' }),
  certificate_expires_on: Type.Optional(time),
  changes_lag_seconds: Type.Number({
    description: 'How old what the relay knows of keys and revocations may be.',
  }),
  event_loop_delay_p99_seconds: Type.Number({
    description: 'How late the main thread comes to its work, the worst in a hundred times.',
  }),
});

export const settingItem = Type.Object({
  name: Type.String({ description: 'As in the configuration file.', examples: ['turn.relay_address'] }),
  value: Type.Union([Type.String(), Type.Null()], {
    description: 'As it could be written; null without one. Of a secret, `set` or `not set`.',
  }),
  secret: Type.Boolean(),
  source: Type.Enum(['flag', 'environment', 'file', 'default']),
  origin: Type.Optional(Type.String({ description: 'The flag, the variable, or the file with its line.' })),
  default: Type.String({ description: 'What holds when nothing sets it, in words.' }),
  description: Type.String(),
  variable: Type.String({ description: 'The environment variable that would set it.' }),
});
