import { GatheredHints, readHint } from './hint';

describe('hints', () => {
  it('are read as they were gathered, the latest end of each partition only', () => {
    const gathered = new GatheredHints();
    gathered.addEnd('t', 0, 5);
    gathered.addEnd('t', 0, 6);
    gathered.addEnd('t', 1, 2);
    gathered.addGroup('g');
    const text = gathered.take('prefix.');
    expect(gathered.isEmpty).toBe(true);
    expect(readHint(text, 'prefix.')).toMatchObject({
      ends: [
        ['t', 0, 6],
        ['t', 1, 2],
      ],
      groups: ['g'],
    });
  });

  it('of another log are none', () => {
    const gathered = new GatheredHints();
    gathered.addGroup('g');
    expect(readHint(gathered.take('one.'), 'other.')).toBeNull();
  });

  it('that are too many for one notification, or cannot be read, mean anything', () => {
    const gathered = new GatheredHints();
    for (let partition = 0; partition < 1000; partition += 1) gathered.addEnd('topic', partition, 1);
    expect(readHint(gathered.take(''), '')).toBe('anything');
    expect(readHint(undefined, '')).toBe('anything');
    expect(readHint('{', '')).toBe('anything');
    expect(readHint('{"prefix":""}', '')).toBe('anything');
  });
});
