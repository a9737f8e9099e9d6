import type { AllocationRef } from './live-allocation.ts';

/** Names one allocation for ever: a worker's place, which of the workers that sat there, and what it calls the allocation. */
export interface AllocationId extends AllocationRef {
  readonly worker: number;
  /** 12 hexadecimal digits. */
  readonly incarnation: string;
}

const ID = /^([0-9a-f]{2})([0-9a-f]{12})([0-9a-f]{6})([0-9a-f]{12})$/;

/** The identifier as people and programs see it: 32 hexadecimal digits, in which they need read nothing. */
export function formatAllocationId({ worker, incarnation, number, serial }: AllocationId): string {
  return hex(worker, 2) + incarnation + hex(number, 6) + hex(serial, 12);
}

/** What an identifier names, or undefined for any other text. */
export function parseAllocationId(text: string): AllocationId | undefined {
  const [, worker = '', incarnation = '', number = '', serial = ''] = ID.exec(text) ?? [];
  return incarnation === ''
    ? undefined
    : {
        worker: Number.parseInt(worker, 16),
        incarnation,
        number: Number.parseInt(number, 16),
        serial: Number.parseInt(serial, 16),
      };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
