import { TEXT_BYTES_MAX, TEXT_CHARACTERS_MAX } from '../../base/limits.ts';
import type { Family } from '../../base/socket-address.ts';
import type { MessageView } from '../message-view.ts';
import { decodeAddressFamily } from './address-family.ts';
import { decodeBoundedText } from './text.ts';

/** Bytes of ERROR-CODE and ADDRESS-ERROR-CODE in front of the reason phrase. */
const REASON_AT = 4;

/**
 * The code of ERROR-CODE (RFC 8489 §14.8) or ADDRESS-ERROR-CODE (RFC 8656 §18.12), 300 to 699.
 * @returns -1 when the value is malformed.
 */
export function readErrorCode(view: MessageView, index: number): number {
  const at = view.attributeAt(index);
  if (view.attributeLength(index) < REASON_AT) {
    return -1;
  }
  const hundreds = (view.bytes[at + 2] as number) & 0x07;
  const rest = view.bytes[at + 3] as number;
  return hundreds >= 3 && hundreds <= 6 && rest <= 99 ? hundreds * 100 + rest : -1;
}

/** The reason phrase of either attribute; undefined when it is too long or ill-formed. */
export function readErrorReason(view: MessageView, index: number): string | undefined {
  const at = view.attributeAt(index);
  const end = at + view.attributeLength(index);
  return end < at + REASON_AT
    ? undefined
    : decodeBoundedText(view.bytes, at + REASON_AT, end, TEXT_BYTES_MAX, TEXT_CHARACTERS_MAX);
}

/** The family whose relayed address ADDRESS-ERROR-CODE says was not allocated (RFC 8656 §18.12), or -1. */
export function readErrorAddressFamily(view: MessageView, index: number): Family | -1 {
  return view.attributeLength(index) < REASON_AT
    ? -1
    : decodeAddressFamily(view.bytes[view.attributeAt(index)] as number);
}
