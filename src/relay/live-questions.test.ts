import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { LIVE_ANSWER_MS_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import type { LiveAnswer, LiveQuestion } from '../contract/live-workers.ts';
import type { MessageToWorker } from '../contract/worker-message.ts';
import { LiveQuestions } from './live-questions.ts';

const question: LiveQuestion = {
  kind: 'end',
  accountId: 'default' as AccountId,
  incarnation: '0123456789ab',
  ref: { number: 1, serial: 2 },
};
const ended: LiveAnswer = { kind: 'end', isEnded: true };

function open(running = new Set([0, 1])) {
  const posted: [number, MessageToWorker][] = [];
  const questions = new LiveQuestions(2, (worker, message) => {
    posted.push([worker, message]);
    return running.has(worker);
  });
  const answer = (worker: number, number: number) =>
    questions.answer(worker, { kind: 'live-answer', number, answer: ended });
  return { questions, posted, answer };
}

describe('live questions', () => {
  it('go to their worker, and each gets its own answer', async () => {
    const { questions, posted, answer } = open();
    const asked = [questions.ask(0, question), questions.ask(1, question)];
    assert.deepEqual(posted, [
      [0, { kind: 'live-question', number: 0, question }],
      [1, { kind: 'live-question', number: 1, question }],
    ]);
    answer(1, 1);
    assert.equal(await asked[1], ended);
    assert.equal(questions.size, 1);
    answer(0, 0);
    assert.equal(await asked[0], ended);
    assert.equal(questions.size, 0);
  });

  it('have no answer when the worker does not run', async () => {
    const { questions } = open(new Set());
    assert.equal(await questions.ask(0, question), undefined);
    assert.equal(questions.size, 0);
  });

  it('have none when the worker dies, and those to others wait on', async () => {
    const { questions, answer } = open();
    const [dead, living] = [questions.ask(0, question), questions.ask(1, question)];
    questions.endWorker(0);
    assert.equal(await dead, undefined);
    assert.equal(questions.size, 1);
    answer(1, 1);
    assert.equal(await living, ended);
  });

  it('have none in time when the worker is late, and then are nobody’s', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { questions, answer } = open();
      const asked = questions.ask(0, question);
      mock.timers.tick(LIVE_ANSWER_MS_MAX);
      assert.equal(await asked, undefined);
      answer(0, 0);
      assert.equal(questions.size, 0);
    } finally {
      mock.timers.reset();
    }
  });

  it('are not answered by another worker', async () => {
    const { questions, answer } = open();
    const asked = questions.ask(0, question);
    answer(1, 0);
    assert.equal(questions.size, 1);
    questions.stop();
    assert.equal(await asked, undefined);
    assert.equal(await questions.ask(0, question), undefined, 'nor after the stop');
    assert.equal(questions.size, 0);
  });
});
