import { ALLOCATION_LIFETIME_SECONDS_DEFAULT } from '../base/limits.ts';
import { type Family, IPV4, IPV6 } from '../base/socket-address.ts';
import { readAddressFamily } from '../stun/attributes/address-family.ts';
import {
  RESERVATION_TOKEN_BYTES,
  readEvenPort,
  readLifetime,
  readRequestedTransport,
  readReservationToken,
  TRANSPORT_UDP,
} from '../stun/attributes/turn-values.ts';
import type { MessageView } from '../stun/message-view.ts';
import {
  ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY,
  ATTRIBUTE_DONT_FRAGMENT,
  ATTRIBUTE_EVEN_PORT,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_REQUESTED_ADDRESS_FAMILY,
  ATTRIBUTE_REQUESTED_TRANSPORT,
  ATTRIBUTE_RESERVATION_TOKEN,
} from '../stun/registry/attributes.ts';
import { ERROR_ADDRESS_FAMILY_NOT_SUPPORTED } from '../stun/registry/error-codes.ts';
import type { AddressError, PortWish } from './allocation.ts';
import { REJECT, type Rejection } from './rejection.ts';

/** What an Allocate request asks for. */
export interface AllocateWish {
  readonly lifetimeSeconds: number;
  /** One family, or two for a dual allocation; none with a token, whose port has one. */
  readonly families: readonly Family[];
  /** Why a dual allocation cannot be: the server has no address of one family. */
  readonly addressError: AddressError | undefined;
  readonly portWish: PortWish;
  /** A copy of the token of a reserved port. */
  readonly token: Uint8Array | undefined;
  readonly dontFragment: boolean;
}

export type AllocateWishOutcome =
  | { readonly kind: 'wish'; readonly wish: AllocateWish }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

type FamiliesOutcome =
  | { readonly kind: 'families'; readonly families: readonly Family[]; readonly addressError: AddressError | undefined }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/**
 * Reads an Allocate request and makes the checks 3 to 9 of RFC 8656 §7.2 in their order, as far as the request and the
 * families that the server has decide them.
 */
export function readAllocateWish(
  view: MessageView,
  supported: readonly Family[],
  lifetimeSecondsMax: number,
): AllocateWishOutcome {
  const transport = view.find(ATTRIBUTE_REQUESTED_TRANSPORT);
  const protocol = transport < 0 ? -1 : readRequestedTransport(view, transport);
  if (protocol !== TRANSPORT_UDP) {
    return rejected(protocol < 0 ? REJECT.badRequest : REJECT.transportProtocol);
  }
  const lifetimeSeconds = readDesiredLifetime(view, lifetimeSecondsMax);
  const evenPort = view.find(ATTRIBUTE_EVEN_PORT);
  const reserveBit = evenPort < 0 ? 0 : readEvenPort(view, evenPort);
  if (lifetimeSeconds < 0 || reserveBit < 0) {
    return rejected(REJECT.badRequest);
  }
  const dontFragment = view.find(ATTRIBUTE_DONT_FRAGMENT) >= 0;
  const tokenIndex = view.find(ATTRIBUTE_RESERVATION_TOKEN);
  if (tokenIndex >= 0) {
    return readTokenWish(view, tokenIndex, grantedLifetime(lifetimeSeconds), dontFragment);
  }
  const families = readFamilies(view, supported);
  if (families.kind === 'rejected') {
    return families;
  }
  if (reserveBit === 1 && view.find(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY) >= 0) {
    return rejected(REJECT.badRequest);
  }
  const portWish = evenPort < 0 ? 'any' : reserveBit === 1 ? 'even-and-next' : 'even';
  return {
    kind: 'wish',
    wish: {
      lifetimeSeconds: grantedLifetime(lifetimeSeconds),
      families: families.families,
      addressError: families.addressError,
      portWish,
      token: undefined,
      dontFragment,
    },
  };
}

/**
 * The "desired lifetime" of RFC 8656 §8.2 in seconds: 0 when LIFETIME is 0, else from the default to the maximum; -1 when LIFETIME is
 * malformed.
 */
export function readDesiredLifetime(view: MessageView, lifetimeSecondsMax: number): number {
  const index = view.find(ATTRIBUTE_LIFETIME);
  const proposed = index < 0 ? ALLOCATION_LIFETIME_SECONDS_DEFAULT : readLifetime(view, index);
  return proposed <= 0
    ? proposed
    : Math.max(Math.min(proposed, lifetimeSecondsMax), ALLOCATION_LIFETIME_SECONDS_DEFAULT);
}

/** In an Allocate request 0 is no wish to delete, but a lifetime shorter than the default (RFC 8656 §7.2). */
function grantedLifetime(desiredSeconds: number): number {
  return Math.max(desiredSeconds, ALLOCATION_LIFETIME_SECONDS_DEFAULT);
}

/** Check 5: a token decides port and family, so nothing else may. */
function readTokenWish(
  view: MessageView,
  index: number,
  lifetimeSeconds: number,
  dontFragment: boolean,
): AllocateWishOutcome {
  const at = readReservationToken(view, index);
  const hasOtherWish =
    view.find(ATTRIBUTE_EVEN_PORT) >= 0 ||
    view.find(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY) >= 0 ||
    view.find(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY) >= 0;
  if (at < 0 || hasOtherWish) {
    return rejected(REJECT.badRequest);
  }
  const token = view.bytes.slice(at, at + RESERVATION_TOKEN_BYTES);
  return {
    kind: 'wish',
    wish: { lifetimeSeconds, families: [], addressError: undefined, portWish: 'any', token, dontFragment },
  };
}

/** Checks 6, 7 and 9: which families, of those that the server has. */
function readFamilies(view: MessageView, supported: readonly Family[]): FamiliesOutcome {
  const requested = view.find(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY);
  const additional = view.find(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY);
  if (additional >= 0) {
    // The only additional family there is: IPv4 is what one gets without asking.
    return requested >= 0 || readAddressFamily(view, additional) !== IPV6
      ? rejected(REJECT.badRequest)
      : dualFamilies(supported);
  }
  const family = requested < 0 ? IPV4 : readAddressFamily(view, requested);
  if (family === -1) {
    return rejected(REJECT.badRequest);
  }
  return family === 0 || !supported.includes(family)
    ? rejected(REJECT.addressFamily)
    : { kind: 'families', families: [family], addressError: undefined };
}

function dualFamilies(supported: readonly Family[]): FamiliesOutcome {
  const missing = ([IPV4, IPV6] as const).filter((family) => !supported.includes(family));
  if (missing.length === 2) {
    return rejected(REJECT.addressFamily);
  }
  const [family] = missing;
  return {
    kind: 'families',
    families: ([IPV4, IPV6] as const).filter((wanted) => wanted !== family),
    addressError: family === undefined ? undefined : { family, code: ERROR_ADDRESS_FAMILY_NOT_SUPPORTED },
  };
}

function rejected(rejection: Rejection): { readonly kind: 'rejected'; readonly rejection: Rejection } {
  return { kind: 'rejected', rejection };
}
