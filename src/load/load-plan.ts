import { LOAD_DEFAULTS, type LoadOptions } from './load-options.ts';

/** The options of a run with every default filled in. */
export type LoadPlan = LoadOptions & Required<Pick<LoadOptions, keyof typeof LOAD_DEFAULTS>>;

export function fillPlan(options: LoadOptions): LoadPlan {
  return { ...LOAD_DEFAULTS, ...options };
}
