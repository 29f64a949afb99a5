import { rowWindow } from './virtual-window';

describe('the rows that are rendered', () => {
  it('are those in sight and a few around them, of however many', () => {
    expect(rowWindow(40_000, 36, 200, 900)).toEqual({ first: 0, end: 32 });
    const { first, end } = rowWindow(40_000, 36, -720_000, 900);
    expect([first, end]).toEqual([19_984, 20_040]);
    expect(rowWindow(40_000, 36, -720_036, 900)).toEqual({ first, end });
  });

  it('are none where the list is elsewhere, and never more than there are', () => {
    expect(rowWindow(10, 36, 5000, 900)).toEqual({ first: 0, end: 0 });
    expect(rowWindow(10, 36, -5000, 900)).toEqual({ first: 10, end: 10 });
    expect(rowWindow(3, 36, 0, 900)).toEqual({ first: 0, end: 3 });
    expect(rowWindow(0, 36, 0, 900)).toEqual({ first: 0, end: 0 });
  });
});
