import assert from 'node:assert/strict';
import { CLASS_REQUEST, type MessageClass } from '../message-type.ts';
import { MessageView } from '../message-view.ts';
import { MessageWriter } from '../message-writer.ts';
import { METHOD_BINDING } from '../registry/methods.ts';

/** The transaction identifier of every built message: 1 to 12. */
export const TRANSACTION_ID = Uint8Array.from({ length: 12 }, (_, i) => i + 1);

/** The bytes of a message with the attributes that `write` adds, by default of a Binding request. */
export function buildMessage(
  write: (writer: MessageWriter) => void,
  messageClass: MessageClass = CLASS_REQUEST,
  method: number = METHOD_BINDING,
): Uint8Array {
  // What is not zero shows where the writer leaves bytes as they were.
  const bytes = new Uint8Array(4096).fill(0xee);
  const writer = new MessageWriter();
  writer.begin(bytes, 0, bytes.length, messageClass, method, TRANSACTION_ID, 0);
  write(writer);
  assert.equal(writer.overflowed, false);
  return bytes.slice(0, writer.length);
}

/** A view of `bytes`, all of which must be one message. */
export function viewOf(bytes: Uint8Array): MessageView {
  const view = new MessageView();
  assert.equal(view.parse(bytes, 0, bytes.length), undefined);
  return view;
}

/** A view of a Binding request with one attribute of any type and value. */
export function viewOfAttribute(type: number, value: readonly number[]): MessageView {
  return viewOf(buildMessage((writer) => writer.addBytes(type, Uint8Array.from(value))));
}
