import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRefusal } from './describe-refusal.ts';

test('a refusal names the request, the code, and what would help', () => {
  assert.equal(describeRefusal('Refresh', 437), 'the server refused the Refresh request (437 Allocation Mismatch)');
  assert.match(describeRefusal('permission', 403), /\(403 Forbidden\): .* peers\.allow$/);
  assert.match(
    describeRefusal('Allocate', 486),
    /\(486 Allocation Quota Reached\): .* limits\.allocations_per_credential$/,
  );
  assert.equal(describeRefusal('Allocate', 403), 'the server refused the Allocate request (403 Forbidden)');
});
