import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { CLASS_REQUEST } from '../../src/stun/message-type.ts';
import { MessageWriter } from '../../src/stun/message-writer.ts';
import { METHOD_BINDING } from '../../src/stun/registry/methods.ts';

const TRANSACTION_ID = new Uint8Array(12).fill(1);
const ANSWER_MS = 200;

/** Whether something on this port of 127.0.0.1 answers a Binding request over UDP: then a TURN server is ready. */
export async function answersBinding(port: number): Promise<boolean> {
  const bytes = new Uint8Array(64);
  const writer = new MessageWriter();
  writer.begin(bytes, 0, bytes.length, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0);
  const socket = createSocket('udp4');
  try {
    socket.send(bytes.subarray(0, writer.length), port, '127.0.0.1');
    await once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
