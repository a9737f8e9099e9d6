import { Type } from 'typebox';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';

const tags = ['Operation'];

const aliveAnswer = Type.Object({ status: Type.Literal('alive') }, { description: 'The process answers.' });
const readyAnswer = Type.Object({ status: Type.Literal('ready') }, { description: 'It serves.' });
const notReadyAnswer = Type.Object(
  { status: Type.Literal('not ready'), reasons: Type.Array(Type.String()) },
  { description: 'It is starting, or stopping, or lacks something.' },
);

/** What tells load balancers whether the service is to be sent traffic. Never rate limited. */
export function registerHealth(app: HttpApp, { readReasonsNotReady }: HttpContext): void {
  app.get(
    '/healthz',
    { schema: { tags, operationId: 'readHealth', summary: 'Is the process alive?', response: { 200: aliveAnswer } } },
    (_request, reply) => {
      reply.send({ status: 'alive' });
    },
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        operationId: 'readReadiness',
        summary: 'Should it be sent traffic?',
        response: { 200: readyAnswer, 503: notReadyAnswer },
      },
    },
    (_request, reply) => {
      const reasons = [...readReasonsNotReady()];
      if (reasons.length === 0) {
        reply.send({ status: 'ready' });
      } else {
        reply.code(503).send({ status: 'not ready', reasons });
      }
    },
  );
}
