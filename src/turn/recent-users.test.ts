import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECENT_USERS_MAX } from '../base/limits.ts';
import type { UsernameClaims } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { RecentUsers } from './recent-users.ts';
import { User } from './user.ts';

function user(name: string): User {
  return new User(name as Username, {} as UsernameClaims, () => 'password');
}

function find(users: RecentUsers, name: string): User | undefined {
  return users.find(name as Username);
}

test('a user is remembered with the keys that were derived last', () => {
  const users = new RecentUsers();
  const [first, second] = [user('alice'), user('alice')];
  users.add(first);
  assert.equal(find(users, 'alice'), first);
  users.add(second);
  assert.equal(find(users, 'alice'), second);
  assert.equal(find(users, 'bob'), undefined);
});

test('the oldest makes room', () => {
  const users = new RecentUsers();
  for (let index = 0; index <= RECENT_USERS_MAX; index++) {
    users.add(user(`user ${index}`));
  }
  assert.equal(find(users, 'user 0'), undefined);
  assert.equal(find(users, 'user 1')?.username, 'user 1');
  assert.equal(find(users, `user ${RECENT_USERS_MAX}`)?.username, `user ${RECENT_USERS_MAX}`);
});
