import { forwardGroup, LEDGER_LAYOUT, TOPICS } from './topics';

describe('the layout of the log', () => {
  it('has all topics, and only rejected records expire, after 30 days', () => {
    expect([...LEDGER_LAYOUT.topics].sort()).toEqual(Object.values(TOPICS).sort());
    expect(LEDGER_LAYOUT.retentionMs).toEqual({ [TOPICS.rejected]: 2_592_000_000 });
  });
});

describe('the group that forwards', () => {
  it('is one for each source and log generation, whatever a source is called', () => {
    expect(forwardGroup({ logGeneration: 1 }, 'a')).toBe('mps-ledger.forward.a');
    expect(forwardGroup({ logGeneration: 2 }, 'l2.a')).toBe('mps-ledger.forward-l2.l2.a');
  });
});
