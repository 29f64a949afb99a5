import { COMPLETIONS, typedSearch } from './typed-filters';

describe('what is typed into the search field', () => {
  it.each([
    ['is:failed', [{ name: 'outcome', value: 'failed' }], ''],
    ['is:queued', [{ name: 'status', value: 'queued' }], ''],
    [
      'kind:live error_code:30010',
      [
        { name: 'kind', value: 'live' },
        { name: 'error_code', value: '30010' },
      ],
      '',
    ],
    ['movie.mp4 kind:live  source', [{ name: 'kind', value: 'live' }], 'movie.mp4 source'],
    ['input:bucket/a:b', [{ name: 'input', value: 'bucket/a:b' }], ''],
  ])('%j has filters', (typed, filters, text) => {
    expect(typedSearch(typed)).toEqual({ filters, text });
  });

  it.each(['kind:', ':live', 'kind:none', 'is:nothing', 'http://a/b', '2450000-x:1', 'two  spaces', 'is:__proto__'])(
    '%j is text as it is',
    (typed) => {
      expect(typedSearch(typed)).toEqual({ filters: [], text: typed });
    },
  );

  it('is completed to filters that it takes, once they have a value', () => {
    for (const completion of COMPLETIONS)
      expect([
        completion,
        typedSearch(completion.endsWith(':') ? `${completion}x` : completion).filters.length,
      ]).toEqual([completion, 1]);
  });
});
