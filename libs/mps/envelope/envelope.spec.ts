import * as fc from 'fast-check';

import type { NotificationReceivedData } from '@mps-ledger/tasks';
import { checkProperty } from '@mps-ledger/spec-kit';

import { readEnvelope, route } from './envelope';
import { interpret } from '../interpret';
import type { JsonObject } from '../document/json';
import { bytesOf, notificationWith } from '../testing/notification';

const read = (body: unknown) => readEnvelope(bytesOf(body));
const none = { ok: true, taskId: null, eventType: null, timestamp: null, sign: null, recordCount: 0, records: [] };

describe('the task of a notification', () => {
  test.each([
    ['the task that EventType names', { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 't-1' } }, 't-1'],
    ['an EditMedia task', { EventType: 'EditMediaTask', EditMediaTaskEvent: { TaskId: 't-2' } }, 't-2'],
    ['a Schedule task', { EventType: 'ScheduleTask', ScheduleTaskEvent: { TaskId: 't-3' } }, 't-3'],
    [
      'the task that EventType names, whatever else is there',
      { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 't-1' }, ScheduleTaskEvent: { TaskId: 't-2' } },
      't-1',
    ],
    ['the TaskId at the top of a live notification', { NotificationType: 'ProcessEof', TaskId: 'live-1' }, 'live-1'],
    [
      'the TaskId at the top before any other',
      { TaskId: 'top', EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 't-1' } },
      'top',
    ],
    [
      'the only member that has a TaskId',
      { EventType: 'NewTask', NewTaskEvent: { TaskId: 't-4' }, ExtInfo: {} },
      't-4',
    ],
    [
      'the only member that has a TaskId, where the named one is missing',
      { EventType: 'WorkflowTask', WorkflowTaskEvent: null, ScheduleTaskEvent: { TaskId: 't-5' } },
      't-5',
    ],
    [
      'the task in DescribeTaskDetail',
      { Response: { TaskType: 'WorkflowTask', WorkflowTask: { TaskId: 't-6' } } },
      't-6',
    ],
    [
      'a task in a Response',
      { Response: { EventType: 'EditMediaTask', EditMediaTaskEvent: { TaskId: 't-7' } } },
      't-7',
    ],
    [
      'a top TaskId that is no text does not hide the one below',
      { TaskId: 5, EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 't-8' } },
      't-8',
    ],
  ])('%s', (_, body, taskId) => {
    expect(read(body)).toMatchObject({ taskId });
    expect(route(body as JsonObject)).toMatchObject({ taskId });
  });

  test.each([
    [
      'the named task has none',
      { EventType: 'WorkflowTask', WorkflowTaskEvent: { a: 1 }, ScheduleTaskEvent: { TaskId: 't-2' } },
      't-2',
    ],
    ['two members have one', { A: { TaskId: 't-1' }, B: { TaskId: 't-2' } }, 't-1'],
    ['it is inside an array', { EventType: 'X', A: [{ TaskId: 't-1' }] }, 't-1'],
  ])('is read nowhere where %s, and placed by what was found', (_, body, taskId) => {
    expect(read(body)).toMatchObject({ taskId });
    expect(route(body as JsonObject)).toMatchObject({ taskId: undefined });
  });

  test.each([
    ['nothing says it', {}, {}],
    [
      'the named task has none',
      { EventType: 'WorkflowTask', WorkflowTaskEvent: { Status: 'FINISH' } },
      { eventType: 'WorkflowTask' },
    ],
    ['it is empty', { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: '' } }, { eventType: 'WorkflowTask' }],
    ['it is a number', { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 12 } }, { eventType: 'WorkflowTask' }],
    ['it is an object', { TaskId: { a: 1 } }, {}],
    ['a batch has none', { EventType: 'BatchTask', BatchTaskEvent: { InputInfos: [] } }, { eventType: 'BatchTask' }],
  ])('is not known where %s', (_, body, more) => {
    expect(read(body)).toEqual({ ...none, ...more });
  });

  test.each(['__proto__', 'constructor', 'toString', 'a/b%:"\n', '\u0000', '\ud800', '\u202eabc', 'x'.repeat(10_000)])(
    'takes the TaskId %j as it is',
    (TaskId) => {
      expect(read({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId } })).toMatchObject({ taskId: TaskId });
    },
  );

  test('is not taken from what every object seems to have', () => {
    expect(read('{"EventType":"constructor"}')).toEqual({ ...none, eventType: 'constructor' });
    expect(read('{"EventType":"__proto__","__proto__":{"TaskId":"t-9"}}')).toMatchObject({ taskId: 't-9' });
  });

  test('is found in a body too deep or too large to be read', () => {
    const deep = `{"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const body = `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"MetaData":${deep},"TaskId":"t-1"},"Sign":"s"}`;
    const found = { ...none, taskId: 't-1', eventType: 'WorkflowTask', sign: 's' };
    expect(read(body)).toEqual(found);
    expect(read(`{"Response":${body}}`)).toEqual(found);
    expect(read(`{"Wide":[${'0,'.repeat(1_000_000)}0],${body.slice(1)}`)).toEqual(found);
  });
});

test.each([
  [{ TaskId: 't-1' }, 't-1', undefined],
  [{ TaskId: 5, EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 't-1' } }, 't-1', undefined],
  [{ TaskId: 5 }, undefined, 'task-id-not-a-string'],
  [{ TaskId: '' }, undefined, 'no-task-id'],
  [{ TaskId: 'x'.repeat(131_073) }, undefined, 'task-id-too-long'],
  [{}, undefined, 'no-task-id'],
])('the reason why there is no task is given only if there is none: %j', (body, taskId, unattributed) => {
  expect(route(body)).toMatchObject({ taskId, unattributed });
});

describe('event type', () => {
  test.each([
    [{ EventType: 'WorkflowTask' }, 'WorkflowTask'],
    [{ EventType: 'workflowtask' }, 'workflowtask'],
    [{ NotificationType: 'ProcessEof' }, 'ProcessEof'],
    [{ EventType: 'A', NotificationType: 'B' }, 'A'],
    [{ EventType: '', NotificationType: 'B' }, 'B'],
    [{ EventType: 5 }, '5'],
    [{ EventType: { b: 1, a: null } }, '{"b":1}'],
    [{ EventType: [1e300] }, '[1e+300]'],
    [{ EventType: 0 }, null],
    [{ Response: { EventType: 'A' } }, 'A'],
    [{ EventType: 'A', Response: { EventType: 'B' } }, 'A'],
    [{ Response: { Response: { EventType: 'B' } } }, 'B'],
    [{ msgBody: '{"EventType":"B"}' }, 'B'],
    [{ Response: 'x' }, null],
    [{ TaskType: 'WorkflowTask' }, null],
  ])('of %j is %j', (body, eventType) => {
    expect(read(body)).toMatchObject({ eventType });
  });

  test('that holds a number without bounds does no harm', () => {
    expect(read('{"EventType":[1e400]}')).toMatchObject({ eventType: '[null]' });
  });
});

test('bytes that are no notification are refused with a reason', () => {
  expect(read('')).toMatchObject({ ok: false, code: 'not-json' });
  expect(read('[]')).toMatchObject({ ok: false, code: 'not-an-object' });
  expect(read(Uint8Array.of(0xff))).toMatchObject({ ok: false, code: 'not-utf8' });
});

test('what derive reads is what receive found, and unless it is wrapped twice; both see the same event type', () => {
  const names = fc.constantFrom(
    'TaskId',
    'EventType',
    'NotificationType',
    'TaskType',
    'WorkflowTask',
    'WorkflowTaskEvent',
    'Response',
    'InputInfo',
    'SecretKey',
    'X',
  );
  const leaf = fc.constantFrom('', 't-1', 't-2', 'WorkflowTask', 0, 5, null, [], {}, ['t'], '0000-00-00T00:00:00Z');
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(names, tie('node'), { maxKeys: 5 })),
  })).node;
  checkProperty(
    fc.property(fc.dictionary(names, tree), (body) => {
      const envelope = read(body);
      const received = interpret(notificationWith(body)).at(-1)?.data as NotificationReceivedData;
      expect(envelope).toMatchObject({ eventType: received.event_type ?? null });
      // The finder prefers the outermost TaskId, in whatever it is wrapped.
      if (received.marks?.[1]?.startsWith('wrapper-') === true) return;
      expect(received).not.toMatchObject({ reason: 'task-elsewhere' });
      if (received.task_id !== undefined) expect(envelope).toMatchObject({ taskId: received.task_id });
    }),
    1000,
  );
});
