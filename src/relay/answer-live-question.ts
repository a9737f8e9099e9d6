import { unreachable } from '../base/assert.ts';
import type { Instant } from '../base/clock.ts';
import type { LiveAnswer, LiveQuestion } from '../contract/live-workers.ts';
import type { TurnServer } from '../turn/server.ts';

/** The part of a server that the live view asks. */
export type LiveServer = Pick<TurnServer, 'readAllocations' | 'describeAllocation' | 'endAllocation'>;

/** What a worker's server answers the live view. `incarnation` is the worker's own. */
export function answerLiveQuestion(
  server: LiveServer,
  question: LiveQuestion,
  incarnation: string,
  now: Instant,
): LiveAnswer {
  switch (question.kind) {
    case 'read':
      return { kind: 'read', slice: { incarnation, ...server.readAllocations(question.query, now) } };
    case 'describe': {
      const { ref, accountId } = question;
      const isOwn = question.incarnation === incarnation;
      return { kind: 'describe', detail: isOwn ? server.describeAllocation(ref, accountId, now) : undefined };
    }
    case 'end': {
      const { ref, accountId } = question;
      const isOwn = question.incarnation === incarnation;
      return { kind: 'end', isEnded: isOwn && server.endAllocation(ref, accountId, now) };
    }
    default:
      return unreachable(question);
  }
}

/** What of an answer need not be copied on its way to another thread. */
export function listTransfers(answer: LiveAnswer): ArrayBuffer[] {
  return answer.kind === 'read' ? [answer.slice.rows.buffer] : [];
}
