import { parseAddress } from '../routing/address';
import { chipsOf, countQuery, isFiltered, listQuery, stateAsked } from './filters';

describe('the filters of an address', () => {
  it('are asked of the API as they are, right or wrong, and what is no filter is not', () => {
    const query = listQuery(parseAddress('?outcome=fialed&kind=live&kind=batch&q=abc&task=x&time=utc'));
    expect(query).toMatchObject({ outcome: ['fialed'], kind: ['live', 'batch'], q: 'abc' });
    expect(Object.keys(query)).not.toEqual(expect.arrayContaining(['task']));
    expect(query).not.toHaveProperty('time');
  });

  it('are chips, but for the state, which has its button', () => {
    expect(chipsOf(parseAddress('?outcome=failed&kind=live'))).toEqual([
      { name: 'kind', label: 'kind', value: 'live' },
    ]);
    expect(stateAsked(parseAddress('?outcome=failed&kind=live'))).toBe('failed');
  });

  it('are all chips where they ask for several states, or for none that there is', () => {
    const several = parseAddress('?outcome=failed&outcome=partially-failed');
    expect([stateAsked(several), chipsOf(several).map(({ value }) => value)]).toEqual([
      null,
      ['failed', 'partially-failed'],
    ]);
    expect(chipsOf(parseAddress('?status=finished&outcome=failed'))).toHaveLength(2);
    expect(chipsOf(parseAddress('?status=constructor'))).toHaveLength(1);
  });

  it('are those of the counts, but for the state', () => {
    expect(countQuery(parseAddress('?outcome=failed&kind=live&q=abc'))).toEqual({ kind: ['live'], q: 'abc' });
    expect(isFiltered(parseAddress('?output=/path'))).toBe(true);
    expect(isFiltered(parseAddress('?time=utc&order=updated'))).toBe(false);
  });
});
