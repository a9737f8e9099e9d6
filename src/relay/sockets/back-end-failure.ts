import type { BackEndFault } from './datagram-back-end.ts';

/** A back end does not serve here. The message is a sentence for an operator, without its full stop. */
export class BackEndFailure extends Error {
  override readonly name = 'BackEndFailure';
  readonly fault: BackEndFault;

  constructor(fault: BackEndFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
