import fc from 'fast-check';

import { checkProperty, kafkaBytes } from '@mps-ledger/spec-kit';

import { DamagedAnswer, Frames } from './frames';

const frameOf = (body: Uint8Array): Buffer => kafkaBytes.frame(Buffer.from(body));

describe('frames', () => {
  it('are the same wherever the bytes were cut', () => {
    checkProperty(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 4, maxLength: 40 }), { maxLength: 5 }),
        fc.array(fc.nat(250), { maxLength: 12 }),
        (bodies, cuts) => {
          const sent = bodies.map(frameOf);
          const bytes = Buffer.concat(sent);
          const frames = new Frames();
          const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
          const received = ends.flatMap((end, index) => frames.push(bytes.subarray(ends[index - 1] ?? 0, end)));
          expect(received).toEqual(sent);
        },
      ),
    );
  });

  it.each([-1, 0, 3, -2_147_483_648, 2_147_483_647])('are none of %d bytes', (length) => {
    const frame = frameOf(Buffer.alloc(8));
    frame.writeInt32BE(length);
    expect(() => new Frames().push(frame)).toThrow(DamagedAnswer);
  });
});
