import { LONGEST_WAIT, readPreferences } from './prefer';

describe('Prefer', () => {
  it.each([
    ['wait=5', 5],
    ['wait=0', 0],
    ['WAIT = 5', 5],
    ['wait="5"', 5],
    ['respond-async, wait=7', 7],
    ['wait=7; foo=bar, handling=lenient', 7],
    ['wait=1, wait=9', 1],
    ['wait=999999', LONGEST_WAIT],
  ])('reads the wait of %j as %d seconds', (header, seconds) => {
    expect(readPreferences(header).wait).toBe(seconds);
  });

  it.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'await=5', 'wait=9999999999999'])(
    'ignores %j, as an unknown preference must be',
    (header) => {
      expect(readPreferences(header).wait).toBeNull();
    },
  );

  it('reads several header fields as one', () => {
    expect(readPreferences(['respond-async', 'wait=3']).wait).toBe(3);
  });
});
