import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEW_DELIVERY, type QueuedEvent, type Webhook } from '../control/webhook.ts';
import { at, type OpenStore, openWithAccount, storedKey } from './store.suite.ts';

const { accountId } = storedKey(1).key;

function webhook(id: string, change: Partial<Webhook> = {}): Webhook {
  return {
    id,
    accountId,
    url: 'https://app.example/hook',
    events: ['allocation.ended', 'limit.reached'],
    thresholds: [1, 2 ** 50],
    isEnabled: true,
    createdAt: at(1),
    modifiedAt: at(2),
    secretGeneration: 1,
    previousSecretUntil: undefined,
    delivery: NEW_DELIVERY,
    ...change,
  };
}

function event(id: string, webhookId: string, ms: number): QueuedEvent {
  return { id, webhookId, payload: '{}', queuedAt: at(ms), attempts: 0, dueAt: at(ms) };
}

function idsOf(items: readonly { readonly id: string }[]): readonly string[] {
  return items.map(({ id }) => id);
}

/** How every store keeps webhooks and what waits for them. */
export function testWebhooks(name: string, open: OpenStore): void {
  describe(`store, webhooks: ${name}`, () => testTable(open));
  describe(`store, events for webhooks: ${name}`, () => testOutbox(open));
}

function testTable(open: OpenStore): void {
  test('keeps a webhook as it is, and replaces it', async (context) => {
    const { webhooks } = await openWithAccount(context, open);
    await webhooks.put(webhook('a'));
    assert.deepEqual(await webhooks.find('a'), webhook('a'));
    const delivery = {
      lastStatus: 500,
      lastError: 'silence',
      failingSince: at(3),
      failures: 4,
      retryAt: at(5),
      eventsDropped: 6,
    };
    const changed = webhook('a', { isEnabled: false, secretGeneration: 2, previousSecretUntil: at(9), delivery });
    await webhooks.put(changed);
    assert.deepEqual(await webhooks.find('a'), changed);
    assert.equal(await webhooks.find('b'), undefined);
  });

  test('lists those of an account, newest first, and the enabled ones of all', async (context) => {
    const { webhooks } = await openWithAccount(context, open);
    await webhooks.put(webhook('a', { createdAt: at(1) }));
    await webhooks.put(webhook('b', { createdAt: at(2), isEnabled: false }));
    await webhooks.put(webhook('c', { createdAt: at(2) }));
    assert.deepEqual(idsOf(await webhooks.list(accountId, 0, 10)), ['b', 'c', 'a']);
    assert.deepEqual(idsOf(await webhooks.list(accountId, 1, 1)), ['c']);
    assert.equal(await webhooks.count(accountId), 3);
    assert.deepEqual(idsOf(await webhooks.listEnabled()), ['a', 'c']);
  });
}

function testOutbox(open: OpenStore): void {
  test('hands out what is due, by when it was, until it is removed or postponed', async (context) => {
    const { webhooks, webhookOutbox } = await openWithAccount(context, open);
    await webhooks.put(webhook('a'));
    await webhookOutbox.append([event('2', 'a', 20), event('1', 'a', 10), event('3', 'a', 30)]);
    assert.deepEqual(await webhookOutbox.listDue('a', at(20), 10), [event('1', 'a', 10), event('2', 'a', 20)]);
    assert.deepEqual(idsOf(await webhookOutbox.listDue('a', at(20), 1)), ['1']);
    await webhookOutbox.postpone('1', 3, at(25));
    await webhookOutbox.remove('2');
    assert.deepEqual(await webhookOutbox.listDue('a', at(30), 10), [
      { ...event('1', 'a', 10), attempts: 3, dueAt: at(25) },
      event('3', 'a', 30),
    ]);
    assert.equal(await webhookOutbox.count(), 2);
  });

  test('names the enabled webhooks for which something is due and that are not left alone', async (context) => {
    const { webhooks, webhookOutbox } = await openWithAccount(context, open);
    await webhooks.put(webhook('due'));
    await webhooks.put(webhook('disabled', { isEnabled: false }));
    await webhooks.put(webhook('failing', { delivery: { ...NEW_DELIVERY, retryAt: at(21) } }));
    await webhooks.put(webhook('later'));
    await webhookOutbox.append([
      event('1', 'due', 10),
      event('2', 'disabled', 10),
      event('3', 'failing', 10),
      event('4', 'later', 21),
    ]);
    assert.deepEqual(await webhookOutbox.listWaiting(at(20), 10), [{ id: 'due', accountId }]);
    assert.deepEqual(idsOf(await webhookOutbox.listWaiting(at(21), 2)), ['due', 'failing']);
  });

  test('names first who has waited longest, whatever its id', async (context) => {
    const { webhooks, webhookOutbox } = await openWithAccount(context, open);
    for (const id of ['a', 'b', 'c']) {
      await webhooks.put(webhook(id));
    }
    await webhookOutbox.append([event('1', 'a', 12), event('2', 'b', 11), event('3', 'c', 10), event('4', 'a', 9)]);
    await webhookOutbox.postpone('4', 1, at(30));
    assert.deepEqual(idsOf(await webhookOutbox.listWaiting(at(20), 10)), ['c', 'b', 'a']);
    assert.deepEqual(idsOf(await webhookOutbox.listWaiting(at(20), 1)), ['c']);
  });

  test('adds up events that a webhook was not told of', async (context) => {
    const { webhooks } = await openWithAccount(context, open);
    await webhooks.put(webhook('a'));
    const before = (await webhooks.find('a'))?.delivery.eventsDropped ?? 0;
    await webhooks.addDropped('a', 2);
    await webhooks.addDropped('a', 3);
    assert.equal((await webhooks.find('a'))?.delivery.eventsDropped, before + 5);
  });

  test('forgets the oldest beyond a number, all of one webhook, and all with the webhook', async (context) => {
    const { webhooks, webhookOutbox } = await openWithAccount(context, open);
    for (const id of ['a', 'b', 'c']) {
      await webhooks.put(webhook(id));
      await webhookOutbox.append([1, 2, 3].map((n) => event(`${id}${n}`, id, n)));
    }
    assert.deepEqual([await webhookOutbox.trim('a', 3), await webhookOutbox.trim('a', 1)], [0, 2]);
    assert.deepEqual(idsOf(await webhookOutbox.listDue('a', at(9), 10)), ['a3']);
    await webhookOutbox.clear('b');
    assert.equal(await webhookOutbox.count(), 4);
    await webhooks.remove('c');
    assert.deepEqual([await webhookOutbox.count(), await webhooks.find('c')], [1, undefined]);
  });
}
