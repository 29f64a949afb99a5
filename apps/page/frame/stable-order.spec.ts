import { inKnownOrder } from './stable-order';

describe('items that are read again', () => {
  it('keep their order, and new ones come after them in theirs', () => {
    const known = ['a', 'b', 'c'];
    expect(inKnownOrder(['x', 'c', 'a', 'y'], (key) => key, known)).toEqual(['a', 'c', 'x', 'y']);
    expect(inKnownOrder(['x', 'y'], (key) => key, [])).toEqual(['x', 'y']);
  });
});
