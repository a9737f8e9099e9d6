import type { UnixMs } from '../../src/base/clock.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import type { ServiceReadings } from '../../src/http/service-readings.ts';

/** What a service tells of itself that has no relay and was configured by nobody. */
export function madeUpReadings({ clock }: ControlPorts): ServiceReadings {
  const startedAt = clock.unixNow();
  return {
    readNode: () => ({
      id: '0123456789abcdef0123456789abcdef',
      labels: { city: 'Berlin', code: 'BER', country: 'DE', region: '' },
      startedAt,
      workers: 2,
      datagram: { backEnd: 'io_uring', reason: 'fastest', explanation: 'the fastest that there is' },
      listeners: [
        { transport: 'udp', address: '203.0.113.1:3478' },
        { transport: 'tls', address: '[2001:db8::1]:5349' },
      ],
      allocations: 3,
      rates: { ingressBitsPerSecond: 1_200_000, egressBitsPerSecond: 3_400_000, packetsPerSecond: 560 },
      relayPorts: { taken: 4, total: 16_384 },
      memoryBytes: 150_000_000,
      certificateExpiresAt: (startedAt + 90 * 86_400_000) as UnixMs,
      changesLagMs: 1_250,
      eventLoopDelayP99Ms: 1.5,
    }),
    listSettings: () => [
      {
        name: 'turn.workers',
        value: '2',
        isSecret: false,
        source: 'environment',
        origin: 'TACITURN_TURN_WORKERS',
        fallback: 'one for each core',
        description: 'Threads that relay.',
        variable: 'TACITURN_TURN_WORKERS',
      },
      {
        name: 'admin_token',
        value: 'set',
        isSecret: true,
        source: 'file',
        origin: 'taciturn.yaml:3',
        fallback: 'made at the first start',
        description: 'The token of the installation.',
        variable: 'TACITURN_ADMIN_TOKEN',
      },
      {
        name: 'tls.certificate',
        value: undefined,
        isSecret: false,
        source: 'default',
        origin: undefined,
        fallback: 'a self-signed one',
        description: 'The certificate.',
        variable: 'TACITURN_TLS_CERTIFICATE',
      },
    ],
  };
}
