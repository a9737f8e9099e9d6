import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DIRECTION_DOWN,
  DIRECTION_UP,
  PAYLOAD_CORRUPTED,
  PAYLOAD_FOREIGN,
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_INTACT,
  PAYLOAD_PATTERNS,
  PayloadFormat,
} from './payload-format.ts';

const RUN = 0xfeed_beef;
const AT = 5;

function write(format: PayloadFormat, sizeBytes: number, pattern = 3): DataView {
  const view = new DataView(new ArrayBuffer(AT + sizeBytes + 8));
  format.writeBody(view, AT, pattern);
  format.writeHeader(view, AT, pattern, 70_000, 0xffff_fff0, 4_000_000_000, 200, DIRECTION_DOWN);
  return view;
}

describe('payload format', () => {
  for (const sizeBytes of [PAYLOAD_HEADER_BYTES, 33, 34, 35, 160, 1_200, 60_000]) {
    test(`reads back what it wrote, in ${sizeBytes} bytes`, () => {
      const format = new PayloadFormat(sizeBytes, RUN);
      assert.equal(format.read(write(format, sizeBytes, PAYLOAD_PATTERNS - 1), AT, sizeBytes), PAYLOAD_INTACT);
      const { allocation, sequence, sentTicks, epoch, direction } = format;
      assert.deepEqual(
        { allocation, sequence, sentTicks, epoch, direction },
        { allocation: 70_000, sequence: 0xffff_fff0, sentTicks: 4_000_000_000, epoch: 200, direction: DIRECTION_DOWN },
      );
    });
  }

  test('notices each single bit that is another', () => {
    const sizeBytes = 67;
    const format = new PayloadFormat(sizeBytes, RUN);
    const view = write(format, sizeBytes);
    for (let bit = 0; bit < 8 * sizeBytes; bit += 1) {
      const at = AT + (bit >>> 3);
      view.setUint8(at, view.getUint8(at) ^ (1 << (bit & 7)));
      assert.equal(format.read(view, AT, sizeBytes), PAYLOAD_CORRUPTED, `bit ${bit}`);
      view.setUint8(at, view.getUint8(at) ^ (1 << (bit & 7)));
    }
    assert.equal(format.read(view, AT, sizeBytes), PAYLOAD_INTACT);
  });

  test('notices a body that is cut, grown, empty, or of another pattern', () => {
    const format = new PayloadFormat(100, RUN);
    const view = write(format, 100);
    for (const length of [0, 1, 31, 32, 99, 101]) {
      assert.equal(format.read(view, AT, length), PAYLOAD_CORRUPTED, `${length} bytes`);
    }
    format.writeHeader(view, AT, 4, 0, 0, 0, 0, DIRECTION_UP);
    assert.equal(format.read(view, AT, 100), PAYLOAD_CORRUPTED);
  });

  test("tells another run's packets from broken ones", () => {
    const other = new PayloadFormat(100, RUN + 1);
    assert.equal(new PayloadFormat(100, RUN).read(write(other, 100), AT, 100), PAYLOAD_FOREIGN);
  });
});
