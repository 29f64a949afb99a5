import fc from 'fast-check';
import { makeEventReader } from './sse-events';

const STREAM =
  ': hello\n\nid: p1\nevent: mps.task-state.changed\ndata: {"a":\ndata: 1}\n\n: beat\n\nevent: caught_up\ndata: {}\n\n';

describe('events of a stream', () => {
  it('are the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.sort((one, other) => one - other), STREAM.length];
        const read = makeEventReader();
        const events = places.slice(1).flatMap((end, at) => read(STREAM.slice(places[at], end)));
        expect(events).toEqual([
          { event: 'mps.task-state.changed', id: 'p1', data: '{"a":\n1}' },
          { event: 'caught_up', id: null, data: '{}' },
        ]);
      }),
    );
  });
});
