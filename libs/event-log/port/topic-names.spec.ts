import { topicName } from './topic-names';

const derived = { topic: 'events.v1', mapper: 'mps9' };
const named = (logGeneration: number, eventGeneration: number) =>
  ['raw.v1', 'events.v1'].map((topic) =>
    topicName(topic, { derived, generations: { logGeneration, eventGeneration } }),
  );

describe('the name of a topic', () => {
  it('is its own in the first generations', () => {
    expect(named(1, 1)).toEqual(['raw.v1', 'events.v1']);
    expect(topicName('events.v1', { derived })).toBe('events.v1');
  });

  it('has the log generation from the second on, and that of its events where it is derived', () => {
    expect(named(2, 1)).toEqual(['raw.v1.l2', 'events.v1.l2m1']);
    expect(named(1, 2)).toEqual(['raw.v1', 'events.v1.l1m2']);
    expect(named(2, 3)).toEqual(['raw.v1.l2', 'events.v1.l2m3']);
    expect(named(10, 12)).toEqual(['raw.v1.l10', 'events.v1.l10m12']);
  });

  it('is that of any other topic where none is derived', () => {
    expect(topicName('events.v1', { generations: { logGeneration: 2, eventGeneration: 3 } })).toBe('events.v1.l2');
  });
});
