import type { LiveWorkers } from '../contract/live-workers.ts';

/** A relay of one worker that has no allocation. */
export const idleWorkers: LiveWorkers = {
  workerCount: 1,
  ask: async (_worker, { kind }) => {
    switch (kind) {
      case 'read':
        return {
          kind,
          slice: {
            incarnation: '0123456789ab',
            rows: new Float64Array(0),
            records: [],
            next: undefined,
            revision: 0,
          },
        };
      case 'describe':
        return { kind, detail: undefined };
      case 'end':
        return { kind, isEnded: false };
    }
  },
};
