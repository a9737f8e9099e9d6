import { ITEMS_PER_PAGE_MAX } from '../base/limits.ts';
import { ControlError } from './errors.ts';

/** Which part of a list is wanted; `page` counts from 1, and one behind the last is empty. */
export interface PageRequest {
  readonly page: number;
  readonly perPage: number;
}

/**
 * Where a page begins in its list.
 * @throws {ControlError} `invalid-page`.
 */
export function parsePageRequest({ page, perPage }: PageRequest): { readonly offset: number; readonly limit: number } {
  requireWithin(page, Math.floor(Number.MAX_SAFE_INTEGER / ITEMS_PER_PAGE_MAX), 'page');
  requireWithin(perPage, ITEMS_PER_PAGE_MAX, 'per_page');
  return { offset: (page - 1) * perPage, limit: perPage };
}

function requireWithin(value: number, max: number, name: string): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new ControlError('invalid-page', `${name} must be a whole number from 1 to ${max}.`);
  }
}
