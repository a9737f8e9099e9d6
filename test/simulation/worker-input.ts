import type { AddressWords } from '../../src/base/socket-address.ts';
import type { ClientEnd } from './worker-model.ts';

/** A packet that a worker reads with others, in one batch. */
export type WorkerInput =
  | { readonly kind: 'client'; readonly end: ClientEnd; readonly bytes: Uint8Array }
  | { readonly kind: 'peer'; readonly relay: number; readonly from: AddressWords; readonly bytes: Uint8Array };
