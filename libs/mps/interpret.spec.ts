import { createHash } from 'node:crypto';

import type { TaskEvent } from '@mps-ledger/tasks';

import { interpret } from './interpret';
import type { JsonObject } from './document/json';
import { bytesOf, notificationWith, schedule, workflow } from './testing/notification';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** The id of a fact whose evidence is written down in canonical form, computed without the code under test. */
const idOf = (type: string, key: string | null, evidence: string, taskId: string | null = 't-1'): string =>
  sha256(JSON.stringify(['mps1', 'default', taskId, type, key, sha256(evidence)]));

const derive = (body: unknown): readonly TaskEvent[] => interpret(notificationWith(body));
/** What is said of the task itself. */
const first = (body: unknown): TaskEvent => derive(body).find(({ type }) => type.startsWith('task.'))!;
const ofSubtasks = (body: unknown): TaskEvent[] => derive(body).filter(({ type }) => type.startsWith('subtask.'));
const only = (body: unknown, type: string): TaskEvent[] => derive(body).filter((event) => event.type === type);
const types = (body: unknown): string[] => derive(body).map((event) => event.type);
const received = (body: unknown): Record<string, unknown> => derive(body).at(-1)!.data as never;
const transcode = (holder: JsonObject): JsonObject => ({ Type: 'Transcode', TranscodeTask: holder });

describe('the report about the task', () => {
  test.each([
    ['WAITING', 'task.queued'],
    ['PROCESSING', 'task.started'],
    ['FINISH', 'task.finished'],
    ['SUCCESS', 'task.reported'],
    ['finish', 'task.finished'],
    ['Processing', 'task.started'],
    ['Error', 'task.reported'],
    ['FINISH ', 'task.reported'],
    [3, 'task.reported'],
    [['FINISH'], 'task.reported'],
    [{ FINISH: 1 }, 'task.reported'],
    ['', 'task.reported'],
    [null, 'task.reported'],
  ])('with Status %j is a %s', (Status, type) => {
    expect(types(workflow({ Status }))).toEqual([type, 'notification.received']);
  });

  test.each([
    ['WorkflowTask', 'WorkflowTaskEvent', 'workflow'],
    ['EditMediaTask', 'EditMediaTaskEvent', 'edit-media'],
    ['ScheduleTask', 'ScheduleTaskEvent', 'schedule'],
  ])('of EventType %s is of kind %3$s', (EventType, member, kind) => {
    const event = first({ EventType, [member]: { TaskId: 't-1', Status: 'WAITING' } });
    expect(event.data).toEqual({ account: 'default', task_id: 't-1', kind, status: 'WAITING', listed: {} });
    expect(event.id).toBe(idOf('task.queued', null, `{"Listed":{},"Status":"WAITING","kind":"${kind}"}`));
  });

  test('rests on its evidence and on nothing else while it is open', () => {
    const body = workflow(
      {
        ...{ Status: 'PROCESSING', ErrCode: 5, Message: 'SUCCESS', Progress: 3, Output: { Path: '/x' }, Type: 'x' },
        ...{ CreateTime: '2026-11-20T08:00:00Z', BeginProcessTime: '2026-11-20T16:00:05+08:00', FinishTime: 'soon' },
        InputInfo: { Type: 'URL', UrlInputInfo: { Url: 'http://a/b' } },
      },
      { SessionId: 's-1', SessionContext: 'c-1', RequestId: 'r-1', Timestamp: 5, Sign: 'x' },
    );
    expect(first(body)).toEqual({
      id: idOf(
        'task.started',
        null,
        '{"BeginProcessTime":"2026-11-20T16:00:05+08:00","CreateTime":"2026-11-20T08:00:00Z",' +
          '"InputInfo":{"Type":"URL","UrlInputInfo":{"Url":"http://a/b"}},"Listed":{},"SessionContext":"c-1","SessionId":"s-1",' +
          '"Status":"PROCESSING","kind":"workflow"}',
      ),
      type: 'task.started',
      occurred: '2026-11-20T08:00:05.000Z',
      hearing: {
        trust: 'callback-unsigned',
        received: '2026-11-22T09:00:00.000Z',
        causationId: '019aa000-0000-7000-8000-000000000001',
        rawOffset: 7,
        mapper: 'mps1',
      },
      data: {
        account: 'default',
        task_id: 't-1',
        kind: 'workflow',
        status: 'PROCESSING',
        session_id: 's-1',
        session_context: 'c-1',
        input: { Type: 'URL', UrlInputInfo: { Url: 'http://a/b' } },
        create_time: '2026-11-20T08:00:00Z',
        begin_process_time: '2026-11-20T16:00:05+08:00',
        listed: {},
      },
    });
  });

  test('has, of a bad end, the error and all that an end has', () => {
    const event = first(
      workflow({
        ...{ ErrCode: 70000, Message: 'gone', FinishTime: '2026-11-20T08:01:40Z', Output: { Path: '/x' } },
        ...{ Type: 'blind', IsDetected: true, Result: 'text', Input: { A: 1 } },
      }),
    );
    expect(event.id).toBe(
      idOf(
        'task.finished',
        null,
        '{"ErrCode":70000,"FinishTime":"2026-11-20T08:01:40Z","Input":{"A":1},"IsDetected":true,"Listed":{},"Message":"gone",' +
          '"Output":{"Path":"/x"},"Result":"text","Status":"FINISH","Type":"blind","kind":"workflow"}',
      ),
    );
    expect(event.occurred).toBe('2026-11-20T08:01:40.000Z');
    expect(event.data).toEqual({
      account: 'default',
      task_id: 't-1',
      kind: 'workflow',
      status: 'FINISH',
      input: { A: 1 },
      finish_time: '2026-11-20T08:01:40Z',
      error_code: 70000,
      message: 'gone',
      output: { Path: '/x' },
      type: 'blind',
      is_detected: true,
      result: 'text',
      listed: {},
    });
  });

  test.each([0, '0', null, '', false, undefined])('has no Message of a good end (ErrCode %j)', (ErrCode) => {
    const good = idOf('task.finished', null, '{"Listed":{},"Status":"FINISH","kind":"workflow"}');
    expect(first(workflow({ ErrCode, Message: 'SUCCESS' } as never)).id).toBe(good);
  });

  test.each([
    [30010, 30010],
    ['30010', '30010'],
    ['InternalError', 'InternalError'],
    [-1, -1],
    [true, 'true'],
    [{ b: 2, a: 1 }, '{"a":1,"b":2}'],
    [[0], '[0]'],
  ])('carries ErrCode %j as %j', (ErrCode, expected) => {
    expect(first(workflow({ ErrCode })).data).toMatchObject({ error_code: expected });
  });

  test('takes InputInfo before Input', () => {
    const event = first(workflow({ Status: 'WAITING', InputInfo: { A: 1 }, Input: { B: 1 } }));
    expect(event.id).toBe(
      idOf('task.queued', null, '{"InputInfo":{"A":1},"Listed":{},"Status":"WAITING","kind":"workflow"}'),
    );
    expect(event.data).toMatchObject({ input: { A: 1 } });
  });

  test('takes Input if InputInfo is empty, and an empty InputInfo if there is no Input', () => {
    const input = (members: JsonObject) => (first(workflow(members)).data as { input?: unknown }).input;
    expect(input({ InputInfo: { Type: '' }, Input: { B: 0, C: 1 } })).toEqual({ B: 0, C: 1 });
    expect(input({ InputInfo: { Type: '' } })).toEqual({ Type: '' });
    expect(input({ InputInfo: null, Input: { A: '' } })).toEqual({ A: '' });
    expect(input({ InputInfo: null })).toBeUndefined();
  });

  test('carries text that is no text as its canonical text', () => {
    const body = workflow({ Status: [1, 'x'], CreateTime: 5 }, { SessionId: 7, SessionContext: { b: 1, a: 2 } });
    expect(first(body).data).toMatchObject({
      ...{ status: '[1,"x"]', create_time: '5', session_id: '7', session_context: '{"a":2,"b":1}' },
    });
  });

  test.each([
    ['WAITING', 'CreateTime'],
    ['PROCESSING', 'BeginProcessTime'],
    ['FINISH', 'FinishTime'],
  ])('occurred, with Status %s, at %s', (Status, member) => {
    const time = '2026-11-20T08:00:05Z';
    const others = ['CreateTime', 'BeginProcessTime', 'FinishTime'].filter((other) => other !== member);
    expect(first(workflow({ Status, [member]: time })).occurred).toBe('2026-11-20T08:00:05.000Z');
    for (const other of others) expect(first(workflow({ Status, [other]: time })).occurred).toBeNull();
  });
});

describe('metadata', () => {
  test('is a fact of its own, resting on Status and MetaData', () => {
    const MetaData = { Size: 5, Rotate: 0, Container: '', AudioStreamSet: [], VideoDuration: null };
    const [event] = only(workflow({ Status: 'PROCESSING', MetaData }), 'media.probed');
    const content = '{"AudioStreamSet":[],"Container":"","Rotate":0,"Size":5}';
    expect(event).toMatchObject({
      id: idOf('media.probed', null, `{"MetaData":${content},"Status":"PROCESSING"}`),
      occurred: null,
    });
    expect(event!.data).toEqual({
      ...{ account: 'default', task_id: 't-1', status: 'PROCESSING' },
      metadata: { AudioStreamSet: [], Container: '', Rotate: 0, Size: 5 },
    });
  });

  test.each([[null], [{}], [{ Size: null, SecretId: 'x' }], ['x'], [[{ Size: 5 }]]])(
    'that is %j is none',
    (MetaData) => {
      expect(types(workflow({ MetaData }))).toEqual(['task.finished', 'notification.received']);
    },
  );
});

describe('the report about a subtask', () => {
  const holder = {
    ...{ ErrCode: 30010, ErrCodeExt: 'InternalError', Message: 'text', Progress: 40, Input: { Definition: 10 } },
    ...{ BeginProcessTime: '2026-11-20T08:00:05Z', FinishTime: '2026-11-20T08:01:40Z', Output: { Path: '/x' } },
  };
  const of = (Status: string) =>
    ofSubtasks(workflow({ Status: 'PROCESSING', MediaProcessResultSet: [transcode({ ...holder, Status })] }));
  const subject = { account: 'default', task_id: 't-1', key: 'Transcode:10:', kind: 'Transcode', definition: '10' };

  test.each([
    ['WAITING', 'subtask.queued'],
    ['SUCCEED', 'subtask.reported'],
  ])('with Status %s is a %s, of Status and Input', (status, type) => {
    const [event, ...others] = of(status);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      id: idOf(type, 'Transcode:10:', `{"Input":{"Definition":10},"Status":"${status}"}`),
      occurred: null,
    });
    expect(event!.data).toEqual({ ...subject, status, input: { Definition: 10 } });
  });

  test('while it is processed is a start and, apart from it, progress', () => {
    const [started, progressed] = of('PROCESSING');
    expect(started).toMatchObject({
      ...{ type: 'subtask.started', occurred: null },
      id: idOf('subtask.started', 'Transcode:10:', '{"Input":{"Definition":10},"Status":"PROCESSING"}'),
    });
    expect(started!.data).toEqual({ ...subject, status: 'PROCESSING', input: { Definition: 10 } });
    expect(progressed).toMatchObject({
      ...{ type: 'subtask.progressed', occurred: null },
      id: idOf('subtask.progressed', 'Transcode:10:', '{"Progress":40}'),
    });
    expect(progressed!.data).toEqual({ ...subject, progress: 40 });
  });

  test.each([
    [100, 100],
    [250, 100],
    [0.5, 0.5],
  ])('clamps Progress %j to %j', (Progress, progress) => {
    const body = workflow({ MediaProcessResultSet: [transcode({ Status: 'PROCESSING', Progress })] });
    expect(only(body, 'subtask.progressed').map(({ data }) => (data as { progress: number }).progress)).toEqual([
      progress,
    ]);
  });

  test.each([0, -5, null, '40', true, [40]])('takes Progress %j for none', (Progress) => {
    const body = workflow({ MediaProcessResultSet: [transcode({ Status: 'PROCESSING', Progress })] });
    expect(types(body)).toEqual(['subtask.started', 'task.finished', 'notification.received']);
  });

  test('that succeeded has its times and output, and nothing of an error', () => {
    const [event, ...others] = of('SUCCESS');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      id: idOf(
        'subtask.succeeded',
        'Transcode:10:',
        '{"BeginProcessTime":"2026-11-20T08:00:05Z","FinishTime":"2026-11-20T08:01:40Z","Input":{"Definition":10},' +
          '"Output":{"Path":"/x"},"Status":"SUCCESS"}',
      ),
      occurred: '2026-11-20T08:01:40.000Z',
    });
    expect(event!.data).toEqual({
      ...{ ...subject, status: 'SUCCESS', input: { Definition: 10 }, output: { Path: '/x' } },
      ...{ begin_process_time: '2026-11-20T08:00:05Z', finish_time: '2026-11-20T08:01:40Z' },
    });
  });

  test('that failed has its error too', () => {
    const [event] = of('FAIL');
    expect(event).toMatchObject({
      id: idOf(
        'subtask.failed',
        'Transcode:10:',
        '{"BeginProcessTime":"2026-11-20T08:00:05Z","ErrCode":30010,"ErrCodeExt":"InternalError",' +
          '"FinishTime":"2026-11-20T08:01:40Z","Input":{"Definition":10},"Message":"text","Output":{"Path":"/x"},' +
          '"Status":"FAIL"}',
      ),
      occurred: '2026-11-20T08:01:40.000Z',
    });
    expect(event!.data).toEqual({
      ...{ ...subject, status: 'FAIL', input: { Definition: 10 }, output: { Path: '/x' } },
      ...{ begin_process_time: '2026-11-20T08:00:05Z', finish_time: '2026-11-20T08:01:40Z' },
      ...{ error_code: 30010, error_code_ext: 'InternalError', message: 'text' },
    });
  });

  test.each([
    ['WAITING', 'subtask.queued'],
    ['PROCESSING', 'subtask.started'],
    ['SUCCEED', 'subtask.reported'],
  ])('of one that is %s shows whether the task has finished', (status, type) => {
    const body = (Status: string) =>
      workflow({ Status, MediaProcessResultSet: [transcode({ Status: status, Input: { Definition: 10 } })] });
    const [open] = ofSubtasks(body('FINISH'));
    expect(open!.id).toBe(idOf(type, 'Transcode:10:', `{"AtEnd":true,"Input":{"Definition":10},"Status":"${status}"}`));
    expect(open!.data).toMatchObject({ at_end: true });
    expect(ofSubtasks(body('SUSPENDED'))[0]!.data).not.toHaveProperty('at_end');
  });

  test('comes before the metadata, the report about the task and the notification; the parent before its second level', () => {
    const output: JsonObject[] = [{ CoverTask: { Status: 'FAIL' } }, { TagTask: { Status: 'SUCCESS' } }];
    const body = schedule([
      { ActivityResItem: { AnalysisTask: { Status: 'SUCCESS', Output: output } } },
      { ActivityResItem: { TranscodeTask: { Status: 'SUCCESS' } } },
    ]);
    const probed = JSON.parse(JSON.stringify(body).replace('"TaskId"', '"MetaData":{"Size":1},"TaskId"')) as JsonObject;
    expect(derive(probed).map(({ type, data }) => [type, (data as { key?: string }).key])).toEqual([
      ['subtask.succeeded', 'AiAnalysis::'],
      ['subtask.failed', 'AiAnalysis::/AiAnalysis.Cover::'],
      ['subtask.succeeded', 'AiAnalysis::/AiAnalysis.Tag::'],
      ['subtask.succeeded', 'Transcode::'],
      ['media.probed', undefined],
      ['task.finished', undefined],
      ['notification.received', undefined],
    ]);
    expect(first(body).data).toMatchObject({
      listed: { AiAnalysis: 1, 'AiAnalysis/AiAnalysis.Cover': 1, 'AiAnalysis/AiAnalysis.Tag': 1, Transcode: 1 },
    });
  });
});

describe('twins', () => {
  const twin = (Status: string, more: JsonObject = {}): JsonObject =>
    transcode({ Status, Input: { Definition: 10 }, ...more });
  const told = (...elements: JsonObject[]) =>
    ofSubtasks(workflow({ MediaProcessResultSet: elements })).map(({ type, data }) => [type, data]);
  const subject = { account: 'default', task_id: 't-1', key: 'Transcode:10:', kind: 'Transcode', definition: '10' };

  test('share one key and are counted before all others', () => {
    const other = transcode({ Status: 'SUCCESS', Input: { Definition: 20 } });
    const events = derive(
      workflow({ MediaProcessResultSet: [twin('SUCCESS'), other, twin('FAIL'), twin('PROCESSING')] }),
    );
    expect(events.map((event) => event.type)).toEqual([
      ...['subtask.counted', 'subtask.succeeded', 'subtask.succeeded', 'subtask.failed', 'subtask.started'],
      ...['task.finished', 'notification.received'],
    ]);
    const counted = events[0]!;
    expect(events.at(-2)!.data).toMatchObject({ listed: { Transcode: 4, 'Transcode:10': 3, 'Transcode:20': 1 } });
    expect(counted.data).toEqual({ ...subject, total: 3, succeeded: 1, failed: 1 });
    expect(counted.id).toBe(idOf('subtask.counted', 'Transcode:10:', '{"failed":1,"succeeded":1,"total":3}'));
    expect(counted.occurred).toBeNull();
  });

  test('that say the same are one event', () => {
    expect(told(twin('SUCCESS'), twin('SUCCESS'))).toEqual([
      ['subtask.counted', { ...subject, total: 2, succeeded: 2, failed: 0 }],
      ['subtask.succeeded', { ...subject, status: 'SUCCESS', input: { Definition: 10 } }],
    ]);
  });

  test('are counted in full', () => {
    const [counted] = only(workflow({ MediaProcessResultSet: [twin('FAIL'), twin('FAIL')] }), 'subtask.counted');
    expect(counted!.id).toBe(idOf('subtask.counted', 'Transcode:10:', '{"failed":2,"succeeded":0,"total":2}'));
  });

  test('are the same whatever their order', () => {
    const ids = (...elements: JsonObject[]) =>
      derive(workflow({ MediaProcessResultSet: elements }))
        .map(({ id }) => id)
        .sort();
    const [a, b, c] = [twin('SUCCESS'), twin('FAIL', { ErrCode: 5 }), twin('FAIL', { ErrCode: 6 })];
    expect(ids(b, c, a)).toEqual(ids(a, b, c));
  });

  test('with Definition 10 and "10" share a key and are two facts', () => {
    expect(
      told(twin('SUCCESS'), transcode({ Status: 'SUCCESS', Input: { Definition: '10' } })).map(([type]) => type),
    ).toEqual([...['subtask.counted', 'subtask.succeeded', 'subtask.succeeded']]);
  });

  test('are none where one subtask is shown once', () => {
    expect(told(twin('SUCCESS')).map(([type]) => type)).toEqual(['subtask.succeeded']);
  });

  test('below twin parents are counted together', () => {
    const analysis = { Status: 'SUCCESS', Output: [{ CoverTask: { Status: 'SUCCESS' } }] };
    const item = { ActivityResItem: { AnalysisTask: analysis } };
    expect(only(schedule([item, item]), 'subtask.counted').map(({ data }) => data)).toMatchObject([
      { key: 'AiAnalysis::', total: 2, succeeded: 2 },
      { key: 'AiAnalysis::/AiAnalysis.Cover::', total: 2, succeeded: 2 },
    ]);
  });
});

test('two transcodes of equal Definition keep their keys when the array is turned round', () => {
  const [a, b] = ['/a', '/b'].map((OutputObjectPath) =>
    transcode({ Status: 'SUCCESS', Input: { Definition: 10, OutputObjectPath } }),
  );
  const keyed = (...elements: JsonObject[]) =>
    Object.fromEntries(
      only(workflow({ MediaProcessResultSet: elements }), 'subtask.succeeded').map(({ id, data }) => [
        (data as unknown as { input: { OutputObjectPath: string } }).input.OutputObjectPath,
        [id, (data as { key: string }).key],
      ]),
    );
  expect(keyed(a!, b!)).toEqual(keyed(b!, a!));
  expect(new Set(Object.values(keyed(a!, b!)).map(([, key]) => key)).size).toBe(2);
});

describe('notification.received', () => {
  const nothing = sha256('');

  test('reports the result of the notification', () => {
    const body = workflow({ MetaData: { Size: 5 } });
    const [probed, finished, last] = derive(body);
    expect(last).toMatchObject({
      id: idOf('notification.received', null, '"019aa000-0000-7000-8000-000000000001"'),
      type: 'notification.received',
      occurred: null,
    });
    expect(last!.data).toEqual({
      account: 'default',
      task_id: 't-1',
      notification_id: '019aa000-0000-7000-8000-000000000001',
      event_type: 'WorkflowTask',
      kind: 'workflow',
      digest: sha256(bytesOf(body)),
      size: bytesOf(body).length,
      transport: 'callback',
      events: 2,
      events_digest: sha256(`${probed!.id}\n${finished!.id}\n`),
      event_ids: [probed!.id, finished!.id],
    });
  });

  test('lists the first 100 ids and digests them all', () => {
    const elements = Array.from({ length: 150 }, (_, Definition) =>
      transcode({ Status: 'SUCCESS', Input: { Definition: Definition + 1 } }),
    );
    const events = derive(workflow({ MediaProcessResultSet: elements }));
    const ids = events.slice(0, -1).map(({ id }) => id);
    expect(ids).toHaveLength(151);
    expect(events.at(-1)!.data).toMatchObject({
      ...{ events: 151, event_ids: ids.slice(0, 100), events_digest: sha256(ids.map((id) => `${id}\n`).join('')) },
    });
  });

  test.each<[string, unknown, object]>([
    ['bytes that are no UTF-8', Uint8Array.of(0xff), { kind: 'unknown', reason: 'not-utf8', size: 1 }],
    ['no JSON', 'hello', { kind: 'unknown', reason: 'not-json', digest: sha256('hello'), size: 5 }],
    ['no object', '[]', { kind: 'unknown', reason: 'not-an-object' }],
    ['nothing it could be', '{}', { kind: 'unknown', reason: 'no-event-type' }],
    ['an API error', { Response: { Error: { Code: 'X' } } }, { kind: 'unknown', reason: 'no-event-type' }],
    [
      'a kind not read yet',
      { EventType: 'BatchTask' },
      { event_type: 'BatchTask', kind: 'batch', reason: 'body-missing' },
    ],
    [
      'a kind nobody knows',
      { EventType: 'NewTask' },
      { event_type: 'NewTask', kind: 'unknown', reason: 'event-type-not-interpreted' },
    ],
    [
      'another spelling',
      { EventType: 'workflowTask' },
      { event_type: 'workflowTask', kind: 'unknown', reason: 'event-type-not-interpreted' },
    ],
    [
      'a live notification without a TaskId',
      { NotificationType: 'ProcessEof' },
      { event_type: 'ProcessEof', kind: 'live', reason: 'no-task-id' },
    ],
    ['a task detail', { TaskType: 'WorkflowTask' }, { kind: 'workflow', reason: 'no-task-id' }],
    [
      'no body',
      { EventType: 'WorkflowTask' },
      { event_type: 'WorkflowTask', kind: 'workflow', reason: 'body-missing' },
    ],
    [
      'a body that is no object',
      { EventType: 'EditMediaTask', EditMediaTaskEvent: ['x'] },
      { kind: 'edit-media', reason: 'body-missing' },
    ],
    [
      'an empty body',
      { EventType: 'ScheduleTask', ScheduleTaskEvent: { Status: '' } },
      { kind: 'schedule', reason: 'body-missing' },
    ],
    [
      'no TaskId',
      { EventType: 'WorkflowTask', WorkflowTaskEvent: { Status: 'FINISH' } },
      { kind: 'workflow', reason: 'no-task-id' },
    ],
    ['an empty TaskId', workflow({ TaskId: '' }), { kind: 'workflow', reason: 'no-task-id' }],
    ['a TaskId 0', workflow({ TaskId: 0 }), { kind: 'workflow', reason: 'no-task-id' }],
    ['a numeric TaskId', workflow({ TaskId: 12 }), { kind: 'workflow', reason: 'task-id-not-a-string' }],
    ['a TaskId in an array', workflow({ TaskId: ['t-1'] }), { kind: 'workflow', reason: 'task-id-not-a-string' }],
  ])('alone is the answer to %s', (_, body, expected) => {
    const [event, ...others] = derive(body);
    expect(others).toEqual([]);
    expect(event!.data).toMatchObject({ events: 0, events_digest: nothing, event_ids: [], ...expected });
    expect(event!.data).not.toHaveProperty('task_id');
    expect(event!.id).toBe(idOf('notification.received', null, '"019aa000-0000-7000-8000-000000000001"', null));
  });

  test('is attributed to the task also where nothing is read', () => {
    expect(received({ EventType: 'WorkflowTask', A: { TaskId: 't-1' } })).toMatchObject({
      task_id: 't-1',
      reason: 'body-missing',
    });
  });

  test('is the only event of a body a level too deep, attributed to its task', () => {
    const body = (levels: number): string =>
      `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","X":${'['.repeat(levels)}${']'.repeat(levels)}},"Y":[1e400]}`;
    expect(types(body(62))).toEqual(['task.reported', 'notification.received']);
    expect(received(body(62))).toMatchObject({ marks: ['lossy-number', 'unknown-envelope-member'] });
    expect(types(body(63))).toEqual(['notification.received']);
    expect(received(body(63))).toMatchObject({
      ...{ task_id: 't-1', event_type: 'WorkflowTask', kind: 'unknown', reason: 'too-deep' },
    });
  });

  test('is the only event of a body beyond the limits, attributed to its task', () => {
    const deep = `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","X":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    expect(derive(deep)).toHaveLength(1);
    expect(received(deep)).toMatchObject({
      task_id: 't-1',
      event_type: 'WorkflowTask',
      kind: 'unknown',
      reason: 'too-deep',
    });
    const wide = `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","X":[[[${'0,'.repeat(1_000_000)}0]]]}}`;
    expect(derive(wide)).toHaveLength(1);
    expect(received(wide)).toMatchObject({ task_id: 't-1', kind: 'unknown', reason: 'too-many-members' });
  });

  test.each([
    [
      'a number without bounds',
      '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","MetaData":{"Size":1e400}}}',
    ],
    [
      'an integer beyond 2^53',
      '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","MetaData":{"Size":9007199254740993}}}',
    ],
  ])('is marked lossy-number for %s', (_, body) => {
    expect(received(body)).toMatchObject({ marks: ['lossy-number'] });
  });

  describe('evidence that lost a number that is not finite is marked', () => {
    const body = (members: string) =>
      `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","Status":"FINISH",${members}}}`;
    const lost = (members: string) =>
      derive(body(members)).map(({ type, data }) => [type, (data as { not_finite?: unknown }).not_finite]);

    test('and is not the evidence without it', () => {
      const media = '"MetaData":{"A":1,"Size":1e400}';
      expect(derive(body(media))[0]!.id).toBe(
        idOf('media.probed', null, '{"MetaData":{"A":1},"NotFinite":["MetaData"],"Status":"FINISH"}'),
      );
      expect(lost(media)).toEqual([
        ['media.probed', ['MetaData']],
        ['task.finished', undefined],
        ['notification.received', undefined],
      ]);
    });

    test('wherever the number stood', () => {
      const set = (holder: string) => `"MediaProcessResultSet":[{"TranscodeTask":{"Status":"FAIL",${holder}}}]`;
      const marked = (...names: string[]) => [...[names], undefined, undefined];
      const marks = (holder: string) => lost(set(holder)).map(([, names]) => names);
      expect(marks('"Output":{"a":[{"b":-1e400}]},"Input":{"c":1e400}')).toEqual(marked('Input', 'Output'));
      expect(marks('"ErrCode":1e999')).toEqual(marked('ErrCode'));
      expect(marks('"Output":{"R":{"Status":"kept"},"x":1e400},"ErrCode":5')).toEqual(marked('Output'));
    });

    test('also below an object that is a subtask of its own', () => {
      const output = '"Output":[{"Type":"Cover","Rate":1e400,"Extra":1,"CoverTask":{"Status":"FAIL"}}]';
      const activity = `"ActivityResultSet":[{"ActivityResItem":{"AnalysisTask":{"Status":"SUCCESS",${output}}}}]`;
      expect(lost(activity).slice(0, 2)).toEqual([
        ['subtask.succeeded', ['Output']],
        ['subtask.failed', undefined],
      ]);
    });

    test('and an ErrCode is still an error', () => {
      const finished = first(body('"ErrCode":-1e400,"Message":"m"'));
      expect(finished.data).toMatchObject({ not_finite: ['ErrCode'], message: 'm' });
      expect(finished.data).not.toHaveProperty('error_code');
    });
  });

  test.each([
    ...['EventType', 'WorkflowTaskEvent', 'EditMediaTaskEvent', 'ScheduleTaskEvent', 'BatchTaskEvent'],
    ...['ExtractBlindWatermarkTask', 'TaskId', 'SessionId', 'SessionContext', 'Timestamp', 'Sign', 'RequestId'],
  ])('is not marked for %s in the envelope, which is documented', (member) => {
    expect(received({ [member]: 't-1', ...workflow({}) })).not.toHaveProperty('marks');
    expect(received({ [`${member}x`]: 't-1', ...workflow({}) })).toMatchObject({ marks: ['unknown-envelope-member'] });
  });

  test('keeps its marks where nothing else could be read', () => {
    const marks = ['unknown-envelope-member'];
    expect(received({ EventType: 'WorkflowTask', X: 1 })).toMatchObject({ reason: 'body-missing', marks });
    expect(received(workflow({ TaskId: '' }, { X: 1 }))).toMatchObject({ reason: 'no-task-id', marks });
    expect(received({ EventType: 'NewTask', X: 1 })).toMatchObject({ reason: 'event-type-not-interpreted', marks });
  });

  test('is marked where the envelope has a member that is in no documentation', () => {
    expect(received(workflow({}, { ExtInfo: 'x' }))).toMatchObject({ marks: ['unknown-envelope-member'], events: 1 });
    expect(received(workflow({}, { ExtInfo: '', EditMediaTaskEvent: null }))).not.toHaveProperty('marks');
    expect(received({ EventType: 'NewTask', NewTaskEvent: { A: 1 } })).toMatchObject({
      marks: ['unknown-envelope-member'],
    });
  });
});

test('a TaskId at the top that differs from the one in the task decides, and is marked', () => {
  const body = workflow({}, { TaskId: 'top' });
  expect(first(body).data).toMatchObject({ task_id: 'top' });
  expect(received(body)).toMatchObject({ task_id: 'top', marks: ['task-ids-differ'] });
  expect(received(workflow({}, { TaskId: 't-1' }))).not.toHaveProperty('marks');
  expect(received(workflow({ TaskId: 5 }, { TaskId: 'top' }))).toMatchObject({ marks: ['task-ids-differ'] });
});

test('a TaskId that is in one place only, or is none, differs from no other', () => {
  for (const TaskId of [null, '', 0, {}]) {
    expect(received(workflow({ TaskId }, { TaskId: 'top' }))).not.toHaveProperty('marks');
  }
  expect(received(workflow({ TaskId: 5 }))).not.toHaveProperty('marks');
  expect(received({ EventType: 'WorkflowTask', TaskId: 'top' })).not.toHaveProperty('marks');
});

describe('hostile text', () => {
  test.each([
    '__proto__',
    'constructor',
    'toString',
    'a/b%:"\n',
    '\u0000',
    '\ud800',
    '\u202eabc',
    '任务',
    'x'.repeat(10_000),
  ])('in a TaskId is kept: %j', (TaskId) => {
    for (const event of derive(workflow({ TaskId }))) expect(event.data).toMatchObject({ task_id: TaskId });
  });

  test('in a TaskId distinguishes tasks that are equal once sanitised', () => {
    const ids = ['\ud800', '\ud801', '\ufffd', '\u0000'].map((TaskId) => first(workflow({ TaskId })).id);
    expect(new Set(ids).size).toBe(4);
    expect(first(workflow({ TaskId: '\ud800' })).id).toBe(
      sha256(
        `["mps1","default","\\ud800","task.finished",null,"${sha256('{"Listed":{},"Status":"FINISH","kind":"workflow"}')}"]`,
      ),
    );
  });

  test('in names and values is kept', () => {
    const members = '{"__proto__":{"\\u0000":"\\ud800"},"constructor":"\\u202e","toString":1}';
    const body = `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"t-1","Status":"FINISH","InputInfo":${members}}}`;
    const event = first(body);
    expect(JSON.stringify((event.data as { input: unknown }).input)).toBe(JSON.stringify(JSON.parse(members)));
    expect(event.id).toBe(
      idOf(
        'task.finished',
        null,
        `{"InputInfo":${JSON.stringify(JSON.parse(members))},"Listed":{},"Status":"FINISH","kind":"workflow"}`,
      ),
    );
  });

  test('in a kind or Definition cannot spell another key', () => {
    const keyOf = (members: JsonObject) => (ofSubtasks(workflow(members))[0]!.data as { key: string }).key;
    expect(keyOf({ 'AiAnalysis::/AiAnalysis.Cover': { Status: 'FAIL' } })).toBe(
      'AiAnalysis%3A%3A%2FAiAnalysis.Cover::',
    );
    expect(keyOf({ MediaProcessResultSet: [transcode({ Status: 'FAIL', Input: { Definition: '10:/x' } })] })).toBe(
      'Transcode:10%3A%2Fx:',
    );
  });

  test('a 1,000-character Chinese SessionContext is kept', () => {
    const SessionContext = '晚'.repeat(1000);
    expect(first(workflow({}, { SessionContext })).data).toMatchObject({ session_context: SessionContext });
  });

  test('of equal keys the last one counts', () => {
    const body =
      '{"EventType":"X","EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"a","Status":"WAITING","Status":"FINISH","TaskId":"t-1"}}';
    expect(first(body)).toMatchObject({ type: 'task.finished', data: { task_id: 't-1' } });
  });

  test('a byte order mark changes nothing but digest and size', () => {
    const body = JSON.stringify(workflow({ MetaData: { Size: 5 } }));
    expect(derive(`\ufeff${body}`).map(({ id }) => id)).toEqual(derive(body).map(({ id }) => id));
  });
});

test('the Response wrapper changes no event', () => {
  const body = workflow({ MetaData: { Size: 5 } });
  const ids = (given: unknown) => derive(given).map(({ id }) => id);
  expect(ids({ Response: { ...body, RequestId: 'r-1' } })).toEqual(ids(body));
});

test('a hearing without a traceparent has no member for it', () => {
  for (const { hearing } of derive(workflow({}))) expect(hearing).not.toHaveProperty('traceparent');
});

test('a traceparent travels in the hearing', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (const { hearing } of interpret(notificationWith(workflow({}), { traceparent, trust: 'queue' }))) {
    expect(hearing).toMatchObject({ traceparent, trust: 'queue' });
  }
});

test('ids depend on the account, and not on the hearing of a fact', () => {
  const ids = (heard: object) => interpret(notificationWith(workflow({}), heard)).map(({ id }) => id);
  const again = ids({
    id: 'other',
    trust: 'reconciled',
    transport: 'queue',
    received: '2027-01-01T00:00:00.000Z',
    rawOffset: 9,
  });
  expect(again[0]).toBe(ids({})[0]);
  expect(again[1]).not.toBe(ids({})[1]);
  expect(ids({ account: 'other' })[0]).not.toBe(ids({})[0]);
});

test('data has its members in canonical order', () => {
  for (const { data } of derive(workflow({ MetaData: { b: 1, a: 2 }, InputInfo: { d: { f: 1, e: 1 }, c: 1 } }))) {
    const sorted = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, member]) => [name, sorted(member)]),
          );
    expect(JSON.stringify(data)).toBe(JSON.stringify(sorted(data)));
  }
});

test('20,000 subtasks are read in time that grows with their number', () => {
  const body = (length: number) =>
    bytesOf(
      workflow({
        MediaProcessResultSet: Array.from({ length }, (_, at) =>
          transcode({
            Status: at % 2 === 0 ? 'SUCCESS' : 'FAIL',
            ErrCode: at % 2,
            Input: { Definition: at % 5000, OutputObjectPath: `/out/${at % 10_000}` },
          }),
        ),
      }),
    );
  const timed = (bytes: Uint8Array): { events: number; seconds: number } => {
    const before = process.cpuUsage();
    const events = derive(bytes).length;
    const { user, system } = process.cpuUsage(before);
    return { events, seconds: (user + system) / 1e6 };
  };
  const [small, large] = [timed(body(2000)), timed(body(20_000))];
  // 10,000 keys of two twins each, between what is said of the task and of the notification.
  expect(large.events).toBe(1 + 10_000 + 10_000 + 1);
  expect(large.seconds).toBeLessThan(Math.max(2, 40 * small.seconds));
});

test('a signature that had expired is a mark of the notification, and of nothing else', () => {
  const [finished, received] = interpret(
    notificationWith(workflow({}), { signature: { verdict: 'expired', by: 3600 } }),
  );
  const [same, unmarked] = interpret(notificationWith(workflow({})));
  expect(finished).toEqual(same);
  expect(received).toEqual({ ...unmarked, data: { ...unmarked?.data, marks: ['sign-expired-3600s'] } });
  expect(interpret(notificationWith('junk', { signature: { verdict: 'expired', by: 61 } })).at(-1)?.data).toMatchObject(
    {
      marks: ['sign-expired-61s'],
    },
  );
});
