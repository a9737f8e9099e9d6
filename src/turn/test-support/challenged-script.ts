import { TRANSPORT_UDP } from '../../stun/attributes/turn-values.ts';
import { CLASS_REQUEST } from '../../stun/message-type.ts';
import type { MessageWriter } from '../../stun/message-writer.ts';
import { METHOD_ALLOCATE } from '../../stun/registry/methods.ts';
import type { ScriptClient } from './script-client.ts';
import { TurnScript } from './turn-script.ts';

/** What a request without credentials, or with those of a stranger, is answered. */
export const CHALLENGE = 'error=401 realm=turn.example nonce algorithms=2,1';

/** A script whose one client has been challenged, so that it knows realm and nonce. */
export function beginChallenged(): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.challenge();
  return { script, alice };
}

/** An Allocate request whose attributes of authentication are those that `write` adds. */
export function sendAllocate(alice: ScriptClient, write: (writer: MessageWriter) => void): string[] {
  return alice.sendBytes(
    alice.build(
      CLASS_REQUEST,
      METHOD_ALLOCATE,
      (writer) => {
        writer.addRequestedTransport(TRANSPORT_UDP);
        write(writer);
      },
      'none',
    ),
  );
}
