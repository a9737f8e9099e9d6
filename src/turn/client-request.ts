import type { Instant } from '../base/clock.ts';
import { ADDRESS_WORDS, type AddressWords } from '../base/socket-address.ts';
import { MessageView } from '../stun/message-view.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import type { ClientSocket, ClientSocketId } from './path.ts';
import type { Respondent } from './respondent.ts';

const NO_SOCKET: ClientSocket = {
  id: 0 as ClientSocketId,
  transport: 'udp',
  local: new Uint32Array(ADDRESS_WORDS),
  isStream: false,
};

/** The STUN message from a client that is being handled. One object, filled anew for each. */
export class ClientRequest implements Respondent {
  readonly view = new MessageView();
  socket: ClientSocket = NO_SOCKET;
  client: AddressWords = NO_SOCKET.local;
  clientAt = 0;
  now = 0 as Instant;
  /** The allocation on the 5-tuple, pending or live, or `NO_ALLOCATION`. */
  allocation = NO_ALLOCATION;

  get method(): number {
    return this.view.method;
  }

  get transactionSource(): Uint8Array {
    return this.view.bytes;
  }

  get transactionAt(): number {
    return this.view.transactionAt;
  }

  get hasFingerprint(): boolean {
    return this.view.hasFingerprint;
  }
}
