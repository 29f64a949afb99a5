import { groupWords } from './group-words';

const group = {
  ...({ subtask_kind: 'Transcode', definition: '10', error_code: 30010, error_class: 'service' } as const),
  ...{ message: 'm', retryable: true },
};

describe('a group of failures', () => {
  it('says what failed, why, and whether the same may succeed later', () => {
    expect(groupWords(group)).toEqual({
      what: 'Transcode 10',
      why: 'code 30010 · the service itself',
      message: 'm',
      retry: 'may succeed later',
    });
    expect(groupWords({ ...group, retryable: false }).retry).toBe('fails again');
  });

  it('says so where the task itself failed, or nothing is known', () => {
    const bare = {
      subtask_kind: null,
      definition: null,
      error_code: null,
      error_class: 'unknown',
      message: null,
    } as const;
    expect(groupWords({ ...bare, retryable: null })).toEqual({
      what: 'The task itself',
      why: 'no code',
      message: '',
      retry: null,
    });
  });
});
