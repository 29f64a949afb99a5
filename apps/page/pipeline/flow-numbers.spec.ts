import { flowNumbers } from './flow-numbers';

const balance = { meaning: '', verdict: 'balanced', why: null, received: 1513, applied: 8494, waiting: 0 } as const;

describe('the numbers of the picture', () => {
  it('are those of the balances', () => {
    const numbers = flowNumbers({
      balances: [
        { ...balance, name: 'notifications' },
        { ...balance, name: 'events', received: null, waiting: null },
        { ...balance, name: 'rejected', received: 2 },
      ],
      sources: [],
      parked: { count: 1000, is_more: true, reasons: [] },
    });
    expect(numbers).toEqual({
      ...{ sources: '0', received: '1,513', waiting: '0', rejected: '2', events: '8,494', parked: '1,000 or more' },
    });
  });

  it('are question marks where they are not known', () => {
    const { received, parked } = flowNumbers({ balances: [], sources: [], parked: null });
    expect([received, parked]).toEqual(['?', '?']);
  });
});
