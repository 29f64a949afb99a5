import { LEDGER_LAYOUT, TOPICS } from './topics';

describe('the layout of the log', () => {
  it('has all topics, and only rejected records expire, after 30 days', () => {
    expect([...LEDGER_LAYOUT.topics].sort()).toEqual(Object.values(TOPICS).sort());
    expect(LEDGER_LAYOUT.retentionMs).toEqual({ [TOPICS.rejected]: 2_592_000_000 });
  });
});
