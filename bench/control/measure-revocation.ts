import type { TurnClient } from '../../test/support/turn-client.ts';
import { TurnError } from '../../test/support/turn-response.ts';
import type { RunningTaciturn } from '../compare/start-taciturn.ts';
import { callCredentials, LIFETIME_SECONDS, prepareVictim, type Victim } from './revocation-victims.ts';
import { type Spread, spreadOf } from './spread-of.ts';

/** Allocations of each credential: as many that two workers both have some, but for once in eight. */
const ALLOCATIONS_EACH = 4;

export interface RevocationFigures {
  /** From the call to its answer. */
  readonly answerMs: Spread;
  /** From the answer until a Refresh has failed for every allocation; one that is asked takes a fraction of a millisecond. */
  readonly goneMs: Spread;
}

/** Revokes one credential after the other, each with live allocations, while something else may be going on. */
export async function measureRevocation(server: RunningTaciturn, count: number): Promise<RevocationFigures> {
  const victims: Victim[] = [];
  for (let i = 0; i < count; i += 1) {
    victims.push(await prepareVictim(server, ALLOCATIONS_EACH));
  }
  const answered: number[] = [];
  const gone: number[] = [];
  for (const { username, clients } of victims) {
    const calledAt = performance.now();
    await callCredentials(server, `${username}/revoke`);
    const answeredAt = performance.now();
    await Promise.all(clients.map(waitForEnd));
    gone.push(performance.now() - answeredAt);
    answered.push(answeredAt - calledAt);
    await Promise.all(clients.map((client) => client.close()));
  }
  return { answerMs: spreadOf(answered), goneMs: spreadOf(gone) };
}

async function waitForEnd(client: TurnClient): Promise<void> {
  for (;;) {
    try {
      await client.refresh(LIFETIME_SECONDS);
    } catch (error) {
      if (error instanceof TurnError) {
        return;
      }
      throw error;
    }
  }
}
