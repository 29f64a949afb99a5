import { event } from '@mps-ledger/spec-kit';
import type { TaskEvent } from '@mps-ledger/tasks';
import { linesOf, MARKS, searchable } from './words';

const { input, output } = MARKS;
const linesOfTask = (data: object, type: TaskEvent['type'] = 'task.finished') =>
  linesOf(event(type, { task_id: 'Task-1', ...data } as never));

it.each([
  [
    'session, error and message',
    { session_id: 'S1', error_code: 30010, message: 'No Such File' },
    ['s1', '30010', 'no such file'],
  ],
  ['an error code that is text', { error_code: 'SourceFileError' }, ['sourcefileerror']],
  ['no error code of success', { error_code: 0 }, []],
  [
    'a COS input',
    { input: { Type: 'COS', CosInputInfo: { Bucket: 'b-1', Region: 'r', Object: '/dir/A.mp4' } } },
    [`${input}b-1/dir/a.mp4`],
  ],
  [
    'an S3 input',
    { input: { Type: 'AWS-S3', S3InputInfo: { S3Bucket: 'b', S3Region: 'r', S3Object: 'k' } } },
    [`${input}b/k`],
  ],
  ['a URL input', { input: { Type: 'URL', UrlInputInfo: { Url: 'https://x/y?Z=1' } } }, [`${input}https://x/y?z=1`]],
  [
    'every input of an edit',
    {
      input: {
        FileInfoSet: [
          { Id: '1', InputInfo: { Type: 'URL', UrlInputInfo: { Url: 'https://x/1' } } },
          { Id: '2', InputInfo: { Type: 'VOD', VODInputInfo: { Bucket: 'b', Object: '/2', Region: 'r' } } },
        ],
      },
    },
    [`${input}https://x/1`, `${input}b/2`],
  ],
  ['an input of another form', { input: { A: [1], B: null, C: 'text' } }, []],
  [
    'paths of an output',
    { output: { Path: '/out/a.mp4', Bitrate: 1, Nested: { Url: 'u', ImagePathSet: ['p1', 'p2'] } } },
    ['/out/a.mp4', 'u', 'p1', 'p2'].map((path) => output + path),
  ],
  ['no bare names of an output', { output: { Container: 'mp4', Storage: { Bucket: 'b' } } }, []],
])('has %s', (_, data, lines) => {
  expect(linesOfTask(data)).toEqual(['task-1', ...lines]);
});

it('a notification has its TaskId and SessionId alone', () => {
  expect(linesOfTask({ session_id: 's', reason: 'x', message: 'y' }, 'notification.received')).toEqual(['task-1', 's']);
});

it('no text breaks a line, or begins with a mark', () => {
  expect(searchable('a\nb')).not.toContain('\n');
  expect(searchable('\u0001a')).not.toContain('\u0001');
  expect(searchable('\ud800x\u0000')).toBe('\ufffdx\ufffd');
  expect(searchable('x'.repeat(5_000))).toHaveLength(2_000);
});

it('an output that is deep or full of places is searched within bounds', () => {
  let deep: object = { Path: 'bottom' };
  for (let n = 0; n < 100; n += 1) deep = { Deeper: deep };
  expect(linesOfTask({ output: deep })).toEqual(['task-1']);
  expect(linesOfTask({ input: deep })).toEqual(['task-1']);
});
