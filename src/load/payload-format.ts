import { SeededRandom } from '../base/seeded-random.ts';

/** Bytes in front of every payload that say what it is; no payload is shorter. */
export const PAYLOAD_HEADER_BYTES = 32;
/** The longest payload: it fits into a Data indication to IPv6, in one datagram. */
export const PAYLOAD_BYTES_MAX = 60_000;
/** How many different bodies there are. */
export const PAYLOAD_PATTERNS = 64;

/** The epoch of what is sent before the first phase; phases count from 1. */
export const EPOCH_GREETING = 0;

export const DIRECTION_UP = 0;
export const DIRECTION_DOWN = 1;
export type Direction = typeof DIRECTION_UP | typeof DIRECTION_DOWN;

/** What bytes that arrived are. */
export const PAYLOAD_INTACT = 0;
export const PAYLOAD_CORRUPTED = 1;
/** Intact as far as the header goes, and of another run. */
export const PAYLOAD_FOREIGN = 2;
export type PayloadVerdict = typeof PAYLOAD_INTACT | typeof PAYLOAD_CORRUPTED | typeof PAYLOAD_FOREIGN;

const MAGIC = 0x7461_6c6f;
/** Where the words of the header stand. */
const RUN_AT = 4;
const ALLOCATION_AT = 8;
const SEQUENCE_AT = 12;
const SENT_AT = 16;
/** Length, epoch and direction: 16, 8 and 8 bits. */
const SHAPE_AT = 20;
const PATTERN_AT = 24;
const CHECK_AT = 28;

/**
 * The payloads of one run: a header of eight words, the last of which is a check value of the others, then one of
 * `PAYLOAD_PATTERNS` bodies of random bytes. A body is written once into the buffer that packets are sent from, and compared
 * whole on arrival; what is written per packet is the header. Words are little-endian, as nearly every host is.
 */
export class PayloadFormat {
  /** What `read` found in the header. */
  allocation = 0;
  sequence = 0;
  sentTicks = 0;
  epoch = 0;
  direction: Direction = DIRECTION_UP;

  readonly #sizeBytes: number;
  readonly #run: number;
  readonly #body: Uint32Array;
  readonly #tailBytes: Uint8Array;

  /** `run` is 32 random bits that tell this run's packets from every other's. */
  constructor(sizeBytes: number, run: number) {
    this.#sizeBytes = sizeBytes;
    this.#run = run >>> 0;
    const random = new SeededRandom(run);
    const bodyWords = (sizeBytes - PAYLOAD_HEADER_BYTES) >>> 2;
    this.#body = Uint32Array.from({ length: bodyWords + PAYLOAD_PATTERNS }, () => random.nextU32());
    this.#tailBytes = new Uint8Array(sizeBytes % 4);
    random.fill(this.#tailBytes);
  }

  /** Writes the body of `pattern`, 0 to PAYLOAD_PATTERNS - 1, of the payload that begins at `at`. */
  writeBody(view: DataView, at: number, pattern: number): void {
    const bodyWords = this.#body.length - PAYLOAD_PATTERNS;
    for (let word = 0; word < bodyWords; word += 1) {
      view.setUint32(at + PAYLOAD_HEADER_BYTES + 4 * word, this.#body[pattern + word] as number, true);
    }
    const tailAt = at + this.#sizeBytes - this.#tailBytes.length;
    for (const [index, byte] of this.#tailBytes.entries()) {
      view.setUint8(tailAt + index, byte);
    }
  }

  /** Writes the header in front of a body that is there already. */
  writeHeader(
    view: DataView,
    at: number,
    pattern: number,
    allocation: number,
    sequence: number,
    sentTicks: number,
    epoch: number,
    direction: Direction,
  ): void {
    const shape = (this.#sizeBytes << 16) | ((epoch & 0xff) << 8) | direction;
    view.setUint32(at, MAGIC, true);
    view.setUint32(at + RUN_AT, this.#run, true);
    view.setUint32(at + ALLOCATION_AT, allocation, true);
    view.setUint32(at + SEQUENCE_AT, sequence, true);
    view.setUint32(at + SENT_AT, sentTicks, true);
    view.setUint32(at + SHAPE_AT, shape, true);
    view.setUint32(at + PATTERN_AT, pattern, true);
    view.setUint32(at + CHECK_AT, mixHeader(this.#run, allocation, sequence, sentTicks, shape, pattern), true);
  }

  /** Checks the `length` bytes at `at`; when they are intact, the fields tell their header. */
  read(view: DataView, at: number, length: number): PayloadVerdict {
    if (length < PAYLOAD_HEADER_BYTES || view.getUint32(at, true) !== MAGIC) {
      return PAYLOAD_CORRUPTED;
    }
    const run = view.getUint32(at + RUN_AT, true);
    const allocation = view.getUint32(at + ALLOCATION_AT, true);
    const sequence = view.getUint32(at + SEQUENCE_AT, true);
    const sentTicks = view.getUint32(at + SENT_AT, true);
    const shape = view.getUint32(at + SHAPE_AT, true);
    const pattern = view.getUint32(at + PATTERN_AT, true);
    if (view.getUint32(at + CHECK_AT, true) !== mixHeader(run, allocation, sequence, sentTicks, shape, pattern)) {
      return PAYLOAD_CORRUPTED;
    }
    if (run !== this.#run) {
      return PAYLOAD_FOREIGN;
    }
    if (length !== this.#sizeBytes || shape >>> 16 !== length || !this.#hasBody(view, at, pattern)) {
      return PAYLOAD_CORRUPTED;
    }
    this.allocation = allocation;
    this.sequence = sequence;
    this.sentTicks = sentTicks;
    this.epoch = (shape >>> 8) & 0xff;
    this.direction = (shape & 1) as Direction;
    return PAYLOAD_INTACT;
  }

  #hasBody(view: DataView, at: number, pattern: number): boolean {
    const body = this.#body;
    const bodyWords = body.length - PAYLOAD_PATTERNS;
    const bodyAt = at + PAYLOAD_HEADER_BYTES;
    let difference = 0;
    for (let word = 0; word < bodyWords; word += 1) {
      difference |= view.getUint32(bodyAt + 4 * word, true) ^ (body[pattern + word] as number);
    }
    const tail = this.#tailBytes;
    const tailAt = bodyAt + 4 * bodyWords;
    for (let index = 0; index < tail.length; index += 1) {
      difference |= view.getUint8(tailAt + index) ^ (tail[index] as number);
    }
    return difference === 0;
  }
}

/** 32 bits that differ when any bit of the header does, but for one chance in four thousand million. */
function mixHeader(
  run: number,
  allocation: number,
  sequence: number,
  sentTicks: number,
  shape: number,
  pattern: number,
): number {
  let mix = mixWord(run, allocation);
  mix = mixWord(mix, sequence);
  mix = mixWord(mix, sentTicks);
  mix = mixWord(mix, shape);
  mix = mixWord(mix, pattern);
  // The end of MurmurHash3, so that the last word reaches every bit.
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

function mixWord(mix: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const mixed = mix ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
