import { failureWords } from './failure-words';

const failed = {
  kind: 'Transcode',
  definition: '10',
  error_code: 30010,
  error_code_ext: null,
  message: null,
  count: 1,
};
const of = (failed_subtask: Parameters<typeof failureWords>[0]['failed_subtask'], error_code: number | null = 0) =>
  failureWords({ failed_subtask, error_code, outcome: 'failed' });

describe('what failed, in one line', () => {
  it.each([
    [failed, 'Transcode 10 · ErrCode 30010', ''],
    [{ ...failed, error_code_ext: 'SourceFileError' }, 'Transcode 10 · SourceFileError', ''],
    [{ ...failed, definition: null, error_code: null, message: 'm', count: 3 }, 'Transcode', 'and 2 more · m'],
    [{ ...failed, count: 100 }, 'Transcode 10 · ErrCode 30010', 'and 99 or more'],
  ])('of %j is %s', (subtask, what, more) => expect(of(subtask)).toEqual({ what, more }));

  it('is the task itself where no subtask failed, and nothing where it ended well', () => {
    expect(of(null, 70000)?.what).toBe('The task itself · ErrCode 70000');
    expect(of(null, 0)).toBeNull();
    expect(failureWords({ failed_subtask: null, error_code: 1, outcome: 'succeeded' })).toBeNull();
  });
});
