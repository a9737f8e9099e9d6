import type { LimitName } from '../api/limits.ts';
import { formatBitRate } from '../text/format-bit-rate.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatCount } from '../text/format-count.ts';

interface LimitText {
  readonly name: string;
  /** What its number counts, for whoever types it. */
  readonly unit: string;
  readonly format: (value: number) => string;
}

const allocations = { unit: 'allocations', format: formatCount };
const bytes = { unit: 'bytes a month', format: formatBytes };

/** The limits as people call them, in the order in which they are shown. */
export const LIMIT_TEXTS: Readonly<Record<LimitName, LimitText>> = {
  allocations_per_account: { ...allocations, name: 'Live allocations of the account' },
  allocations_per_key: { ...allocations, name: 'Live allocations of the key' },
  allocations_per_custom_identifier: { ...allocations, name: 'Live allocations of one custom identifier' },
  allocations_per_credential: { ...allocations, name: 'Live allocations of one credential' },
  allocation_bits_per_second: {
    name: 'Bit rate of an allocation',
    unit: 'bits a second, each way',
    format: formatBitRate,
  },
  allocation_packets_per_second: {
    name: 'Packet rate of an allocation',
    unit: 'packets a second, each way',
    format: (value) => `${formatCount(value)} packets/s`,
  },
  allocation_new_peers_per_second: {
    name: 'New peers of an allocation',
    unit: 'addresses a second',
    format: (value) => `${formatCount(value)} a second`,
  },
  allocation_new_peers_burst: { name: 'New peers at once', unit: 'addresses', format: formatCount },
  key_monthly_egress_soft_bytes: { ...bytes, name: 'Egress of the key in a month, told' },
  key_monthly_egress_hard_bytes: { ...bytes, name: 'Egress of the key in a month, enforced' },
  account_monthly_egress_soft_bytes: { ...bytes, name: 'Egress of the account in a month, told' },
  account_monthly_egress_hard_bytes: { ...bytes, name: 'Egress of the account in a month, enforced' },
};
