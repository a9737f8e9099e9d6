import type { Instant } from '../base/clock.ts';
import { PENDING_ALLOCATION_AGE_MS_MAX, RELAY_OPEN_ATTEMPTS_MAX } from '../base/limits.ts';
import { cloneAddress } from '../base/socket-address.ts';
import type { AccountId } from '../contract/ids.ts';
import { TRANSACTION_ID_BYTES } from '../stun/message-layout.ts';
import { ERROR_INSUFFICIENT_CAPACITY } from '../stun/registry/error-codes.ts';
import { type AllocateWish, readAllocateWish } from './allocate-wish.ts';
import type { AddressError, Allocation } from './allocation.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { reject, rejectUnknownAttributes } from './answer.ts';
import { answerAllocate } from './answer-allocate.ts';
import type { ClientRequest } from './client-request.ts';
import { countLimitReached } from './count-limit-reached.ts';
import { countRefusal } from './count-refusal.ts';
import { COUNTER } from './counter.ts';
import { KNOWN_ATTRIBUTES, KNOWN_WITHOUT_DONT_FRAGMENT } from './known-attributes.ts';
import { openRelay } from './open-relay.ts';
import { REJECT, type Rejection, rejectQuota } from './rejection.ts';
import { takePort } from './relay-ports.ts';
import type { RelayPort } from './relay-table.ts';
import { workerOfToken } from './reservations.ts';
import type { Signature } from './respondent.ts';
import type { ServerState } from './server-state.ts';
import type { User } from './user.ts';

/** Creates an allocation (RFC 8656 §7.2). It is pending until its relay sockets are open, and answered then. */
export function handleAllocate(state: ServerState, request: ClientRequest, user: User, signature: Signature): boolean {
  if (request.allocation !== NO_ALLOCATION) {
    return repeatAllocate(state, request, user, signature);
  }
  const { view } = request;
  const { features, limits } = state.options;
  const known = features.dontFragment ? KNOWN_ATTRIBUTES : KNOWN_WITHOUT_DONT_FRAGMENT;
  if (rejectUnknownAttributes(state, request, view, known, signature, NO_ALLOCATION)) {
    countRefusal(state, holderOf(state, request, user), REJECT.unknownAttribute);
    return true;
  }
  const outcome = readAllocateWish(view, state.families, limits.allocationLifetimeSecondsMax);
  const rejection =
    outcome.kind === 'rejected'
      ? outcome.rejection
      : (objectionToMore(state, outcome.wish) ?? create(state, request, user, signature, outcome.wish));
  if (rejection === undefined) {
    return false;
  }
  countRefusal(state, holderOf(state, request, user), rejection);
  return reject(state, request, rejection, signature, NO_ALLOCATION, request.now);
}

/** The 5-tuple has an allocation: that is a retransmission of the request that created it, or a mistake (check 2). */
function repeatAllocate(state: ServerState, request: ClientRequest, user: User, signature: Signature): boolean {
  const { allocation, view, now } = request;
  const { pending, transactionId, user: owner } = state.allocations.recordOf(allocation);
  const isOwner = owner.username === user.username;
  if (!isOwner || !isTransaction(request, transactionId)) {
    const metered = isOwner && pending === undefined ? allocation : NO_ALLOCATION;
    meterRequest(state, metered, view.length);
    countRefusal(state, holderOf(state, request, user), REJECT.allocationExists);
    return reject(state, request, REJECT.allocationExists, signature, metered, now);
  }
  if (pending !== undefined) {
    // Its answer is on the way as soon as the sockets are open.
    state.count(COUNTER.drop_allocate_pending);
    return false;
  }
  meterRequest(state, allocation, view.length);
  return answerAllocate(state, request, signature, allocation, now, COUNTER.allocate_repeated);
}

function meterRequest(state: ServerState, allocation: number, length: number): void {
  if (allocation !== NO_ALLOCATION) {
    state.meter.countIngress(allocation, length);
  }
}

/** Why there may be no further allocation now, whoever asks. */
function objectionToMore(state: ServerState, wish: AllocateWish): Rejection | undefined {
  const { allocations, reservations, isDraining } = state;
  const { allocationsMax, pendingAllocationsMax, reservationsMax } = state.options.limits;
  if (isDraining) {
    return REJECT.draining;
  }
  if (allocations.size >= allocationsMax) {
    return REJECT.allocationLimit;
  }
  if (allocations.pendingCount >= pendingAllocationsMax) {
    return REJECT.pendingLimit;
  }
  return wish.portWish === 'even-and-next' && reservations.size >= reservationsMax
    ? REJECT.reservationLimit
    : undefined;
}

/** Whose an allocation is, and on which socket. */
type AllocationHolder = Pick<Allocation, 'user' | 'accountId' | 'socket'>;

function holderOf(state: ServerState, { socket }: ClientRequest, user: User): AllocationHolder {
  return { user, accountId: state.keyRing.accountOf(user.claims.keyUid) as AccountId, socket };
}

/** Creates the pending allocation. Returns why it cannot be, if so; then nothing has changed. */
function create(
  state: ServerState,
  request: ClientRequest,
  user: User,
  signature: Signature,
  wish: AllocateWish,
): Rejection | undefined {
  const { quota, worker } = state.options;
  const holder = holderOf(state, request, user);
  const { accountId } = holder;
  const quotaKeys = state.quotaKeys.make(user, accountId, request.client, request.clientAt);
  const fullScope = quota.acquire(quotaKeys, state.limits.find(user.claims.keyUid, accountId).quotaMaxes);
  if (fullScope !== undefined) {
    countLimitReached(state, holder, fullScope, request.now);
    return rejectQuota(fullScope);
  }
  const { token } = wish;
  const rejection =
    token !== undefined && workerOfToken(token) !== worker.index
      ? createByClaim(state, request, holder, signature, wish, token)
      : createAtOnce(state, request, holder, signature, wish);
  if (rejection !== undefined) {
    quota.release(quotaKeys);
  }
  return rejection;
}

/** Creates an allocation at ports of this worker. */
function createAtOnce(
  state: ServerState,
  request: ClientRequest,
  holder: AllocationHolder,
  signature: Signature,
  wish: AllocateWish,
): Rejection | undefined {
  const { ports, addressError } = wish.token === undefined ? takePorts(state, wish) : takeReserved(state, wish.token);
  if (ports.length === 0) {
    return wish.token === undefined ? REJECT.noPort : REJECT.reservationToken;
  }
  const record = makeRecord(request, holder, signature, wish, addressError);
  const allocation = state.allocations.add(record, request.client, request.clientAt);
  for (const port of ports) {
    openRelay(state, allocation, port);
  }
  return undefined;
}

/** Creates an allocation whose port another worker keeps. */
function createByClaim(
  state: ServerState,
  request: ClientRequest,
  holder: AllocationHolder,
  signature: Signature,
  wish: AllocateWish,
  token: Uint8Array,
): Rejection | undefined {
  const worker = workerOfToken(token);
  if (worker >= state.options.worker.count) {
    return REJECT.reservationToken;
  }
  const claim = state.nextClaim;
  state.nextClaim += 1;
  const record = makeRecord(request, holder, signature, wish, undefined);
  if (record.pending !== undefined) {
    record.pending.claim = claim;
  }
  state.claims.set(claim, state.allocations.add(record, request.client, request.clientAt));
  state.commands.push({ kind: 'claim-reservation', claim, worker, token });
  return undefined;
}

interface TakenPorts {
  readonly ports: readonly RelayPort[];
  readonly addressError: AddressError | undefined;
}

/** Takes a port for each family that can have one. */
function takePorts(state: ServerState, wish: AllocateWish): TakenPorts {
  const ports: RelayPort[] = [];
  let { addressError } = wish;
  for (const family of wish.families) {
    const port = takePort(state, family, wish.portWish);
    if (port === undefined) {
      addressError ??= { family, code: ERROR_INSUFFICIENT_CAPACITY };
    } else {
      ports.push(port);
    }
  }
  return { ports, addressError };
}

/** Takes the port that this worker keeps for a token. */
function takeReserved(state: ServerState, token: Uint8Array): TakenPorts {
  const port = state.reservations.claim(token);
  return {
    ports: port === undefined ? [] : [{ ...port, worker: state.options.worker.index }],
    addressError: undefined,
  };
}

function makeRecord(
  request: ClientRequest,
  holder: AllocationHolder,
  signature: Signature,
  wish: AllocateWish,
  addressError: AddressError | undefined,
): Allocation {
  const { view, client, clientAt, now } = request;
  const transactionId = view.bytes.slice(view.transactionAt, view.transactionAt + TRANSACTION_ID_BYTES);
  return {
    ...holder,
    transactionId,
    dontFragment: wish.dontFragment,
    pending: {
      socket: holder.socket,
      client: cloneAddress(client, clientAt),
      clientAt: 0,
      method: view.method,
      transactionSource: transactionId,
      transactionAt: 0,
      hasFingerprint: view.hasFingerprint,
      signature,
      requestLength: view.length,
      lifetimeMs: 1000 * wish.lifetimeSeconds,
      portWish: wish.portWish,
      deadline: (now + PENDING_ALLOCATION_AGE_MS_MAX) as Instant,
      attemptsLeft: wish.token === undefined ? RELAY_OPEN_ATTEMPTS_MAX - 1 : 0,
      claim: undefined,
    },
    reservationToken: undefined,
    addressError,
    permissionCount: 0,
    channelCount: 0,
  };
}

function isTransaction(request: ClientRequest, transactionId: Uint8Array): boolean {
  const { bytes, transactionAt } = request.view;
  return transactionId.every((byte, i) => bytes[transactionAt + i] === byte);
}
