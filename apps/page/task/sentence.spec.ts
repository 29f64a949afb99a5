import type { ShownSubtask, ShownTask } from '../api/answers';
import { taskSentence } from './sentence';

const subtask = (key: string, members: Partial<ShownSubtask> = {}): ShownSubtask => ({
  ...({ key, kind: 'Transcode', definition: '10', status: 'succeeded', progress: null, error_code: 0 } as const),
  ...{
    error_code_ext: null,
    error_class: null,
    retryable: null,
    error_note: null,
    message: null,
    input: null,
    output: null,
  },
  ...{ contradicted: false, revised: false, superseded: false, twins: null, ends: [], ...members },
});

const failed = (key: string, members: Partial<ShownSubtask> = {}): ShownSubtask =>
  subtask(key, { status: 'failed', error_code: 30010, ...members });

const task = (members: Partial<ShownTask>): ShownTask =>
  ({ status: 'finished', outcome: null, outcome_reason: null, error_code: 0, subtasks: [], ...members }) as ShownTask;

describe('the sentence about a task', () => {
  it('names the failed subtasks of those that there are, with their codes', () => {
    const subtasks = [
      failed('a', { kind: 'AnimatedGraphics', definition: '20000' }),
      subtask('b'),
      subtask('c'),
      subtask('d'),
    ];
    expect(taskSentence(task({ outcome: 'partially-failed', subtasks }))).toBe(
      '1 of 4 subtasks failed: AnimatedGraphics 20000, code 30010.',
    );
  });

  it('names three at most, and the class of an error', () => {
    const subtasks = ['a', 'b', 'c', 'd', 'e'].map((key) =>
      failed(key, { error_code: null, error_code_ext: 'SourceFileError' }),
    );
    const sentence = taskSentence(task({ outcome: 'failed', subtasks }));
    expect(sentence).toMatch(/^5 of 5 subtasks failed: (Transcode 10, SourceFileError(; )?){3} and 2 more\.$/);
  });

  it('counts leaves only, and none that is superseded', () => {
    const subtasks = [failed('p'), failed('p/c'), subtask('q'), subtask('r', { status: 'unknown', superseded: true })];
    expect(taskSentence(task({ outcome: 'partially-failed', subtasks }))).toMatch(/^2 of 2 subtasks failed/);
  });

  it('says of a task that failed itself which code it has', () => {
    expect(taskSentence(task({ outcome: 'failed', error_code: 70000, subtasks: [failed('a')] }))).toBe(
      'the task itself failed, code 70000.',
    );
  });

  it.each([
    [task({ outcome: 'succeeded', subtasks: [subtask('a'), subtask('b')] }), 'all 2 subtasks succeeded.'],
    [task({ outcome: 'succeeded', subtasks: [subtask('a')] }), 'its one subtask succeeded.'],
    [task({ outcome: 'succeeded' }), 'without an error.'],
    [task({ outcome: 'undetermined', outcome_reason: 'R.' }), 'the outcome is not known. R.'],
    [task({ outcome: null }), 'the outcome is not known.'],
    [task({ status: 'processing' }), 'in progress.'],
    [
      task({ status: 'processing', subtasks: [subtask('a'), subtask('b', { status: 'queued' })] }),
      'in progress: 1 of 2 subtasks ended so far.',
    ],
    [task({ status: 'queued' }), 'waiting at the provider; nothing has begun.'],
    [task({ status: 'unknown' }), 'nothing was said of its status yet.'],
  ])('says how it stands: %#', (given, sentence) => expect(taskSentence(given)).toBe(sentence));
});
