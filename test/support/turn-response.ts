import { ADDRESS_WORDS, type AddressWords } from '../../src/base/socket-address.ts';
import { readXorAddress } from '../../src/stun/attributes/address.ts';
import { readErrorCode } from '../../src/stun/attributes/error-code.ts';
import { readText } from '../../src/stun/attributes/text.ts';
import { CLASS_SUCCESS } from '../../src/stun/message-type.ts';
import { MessageView } from '../../src/stun/message-view.ts';
import { ATTRIBUTE_ERROR_CODE } from '../../src/stun/registry/attributes.ts';

/** An answer, in memory of its own. */
export class TurnResponse {
  readonly view = new MessageView();
  readonly length: number;

  constructor(message: Uint8Array) {
    const failure = this.view.parse(message, 0, message.length);
    if (failure !== undefined) {
      throw new Error(`the server sent a message that is ${failure}`);
    }
    this.length = message.length;
  }

  get isSuccess(): boolean {
    return this.view.messageClass === CLASS_SUCCESS;
  }

  /** The code of an error, or 0. */
  get errorCode(): number {
    const index = this.view.find(ATTRIBUTE_ERROR_CODE);
    return index < 0 ? 0 : readErrorCode(this.view, index);
  }

  /** Every address of the given attribute type. */
  addresses(type: number): AddressWords[] {
    const found: AddressWords[] = [];
    for (let index = this.view.find(type); index >= 0; index = this.view.find(type, index + 1)) {
      const words = new Uint32Array(ADDRESS_WORDS);
      readXorAddress(this.view, index, words, 0);
      found.push(words);
    }
    return found;
  }

  text(type: number): string | undefined {
    const index = this.view.find(type);
    return index < 0 ? undefined : readText(this.view, index);
  }
}

/** A request that the server refused. */
export class TurnError extends Error {
  readonly code: number;

  constructor(method: number, code: number) {
    super(`the server refused method ${method} with ${code}`);
    this.code = code;
  }
}
