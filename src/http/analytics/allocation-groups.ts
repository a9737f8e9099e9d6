import { ALLOCATION_OUTCOMES } from '../../contract/allocation-outcome.ts';
import { queryOutcomes } from '../../control/query-outcomes.ts';
import { OUTCOME_TEXT_DIMENSIONS } from '../../control/usage-dimension.ts';
import { describeDataset } from './dataset-field.ts';
import { resolveGroups } from './resolve-groups.ts';

/** What became of allocations, which Cloudflare's schema does not tell. */
export const allocationGroups = describeDataset({
  name: 'AccountTurnAllocationGroups',
  description: `What became of allocations, exact. Outcomes: ${ALLOCATION_OUTCOMES.join(', ')}.`,
  countDescription: 'How often the outcomes of the group occurred.',
  textDimensions: OUTCOME_TEXT_DIMENSIONS,
  measures: { count: 'count' },
  fields: {},
  resolve: resolveGroups(queryOutcomes),
});
