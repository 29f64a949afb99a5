import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeTask, fold, initialState } from '@mps-ledger/tasks';
import type { TaskEvent, TaskView } from '@mps-ledger/tasks';

import type { JsonObject } from './document/json';
import { interpret } from './interpret';
import { notificationWith, schedule, workflow } from './testing/notification';

const fixture = (name: string): JsonObject =>
  JSON.parse(readFileSync(join(__dirname, '../../test/fixtures/mps', `${name}.json`), 'utf8')) as JsonObject;
const derive = (body: unknown): readonly TaskEvent[] => interpret(notificationWith(body));
const received = (body: unknown): Record<string, unknown> => derive(body).at(-1)!.data as never;
const answerOf = (...bodies: readonly unknown[]): TaskView =>
  describeTask(fold(initialState, bodies.flatMap(derive)), 0);
const leavesOf = ({ subtasks }: TaskView) => subtasks.map(({ key, status }) => [key, status]);

describe('a batch', () => {
  test('without a TaskId is attributed to no task', () => {
    expect(derive(fixture('batch-task'))).toHaveLength(1);
    expect(received(fixture('batch-task'))).toMatchObject({ kind: 'batch', reason: 'no-task-id', events: 0 });
    expect(received(fixture('batch-task'))).not.toHaveProperty('marks');
    expect(received(fixture('batch-task'))).toMatchObject({ session_id: 'batch-3' });
    expect(received({ ...fixture('batch-task'), SessionId: 7 })).toMatchObject({ session_id: '7' });
    expect(received({ ...fixture('batch-task'), SessionId: '' })).not.toHaveProperty('session_id');
  });

  test('with a TaskId, wherever it is, is a task with a subtask for each result', () => {
    const body = fixture('batch-task-with-id');
    const { TaskId, ...task } = body['BatchTaskEvent'] as JsonObject;
    const answer = answerOf(body);
    expect(answer).toMatchObject({
      ...{ kind: 'batch', status: 'finished', outcome: 'partially-failed', session_id: 'batch-4' },
      input: [{ CosInputInfo: { Object: '/ingest/a.mp4' } }, { CosInputInfo: { Object: '/ingest/b.mp4' } }],
      metadata: { Metadatas: [{ Size: 41943040 }, { Size: 5, Container: '' }] },
    });
    expect(answer.subtasks).toMatchObject([
      {
        ...{ kind: 'SmartSubtitles', definition: '122', twins: { total: 2, succeeded: 1, failed: 1 } },
        ...{ error_code_ext: 'SourceFileError', message: 'cannot read', input: { Definition: 122 } },
      },
      { kind: 'SubtitleResults', definition: 'zh>en', status: 'succeeded' },
      { kind: 'SubtitleResults', definition: 'zh>ja', status: 'failed' },
    ]);
    expect(answerOf({ ...body, TaskId, BatchTaskEvent: task })).toEqual(answer);
    expect(answerOf({ Response: { ...body, RequestId: 'r' } })).toEqual(answer);
  });

  test('has the members of a result as its output', () => {
    const succeeded = derive(fixture('batch-task-with-id')).find(({ type }) => type === 'subtask.succeeded');
    expect(succeeded!.data).toMatchObject({
      output: { TransTextTask: { SubtitlePath: '/out/a.vtt', SegmentSet: [] } },
    });
    expect(JSON.stringify(succeeded!.data)).not.toContain('SubtitleResults');
  });

  test.each<[string, readonly string[], string]>([
    ['WAITING', ['subtask.queued'], 'task.queued'],
    ['PROCESSING', ['subtask.started'], 'task.started'],
  ])('that is %s is open', (Status, types, ofTask) => {
    const SmartSubtitlesTaskResult = { Input: { Definition: 1 }, Outputs: [{ Status, Progress: 0 }] };
    const body = { EventType: 'BatchTask', BatchTaskEvent: { TaskId: 't-1', Status, SmartSubtitlesTaskResult } };
    expect(derive(body).map(({ type }) => type)).toEqual([...types, ofTask, 'notification.received']);
  });

  test('that says nothing of its status has not ended', () => {
    const { Status, ...task } = fixture('batch-task-with-id')['BatchTaskEvent'] as JsonObject;
    expect(Status).toBe('FINISH');
    expect(answerOf({ EventType: 'BatchTask', BatchTaskEvent: task })).toMatchObject({
      ...{ status: 'unknown', outcome: null, kind: 'batch' },
    });
  });

  test.each<[string, JsonObject]>([
    ['a list of lists', { SmartSubtitlesTaskResult: [{ Outputs: { Status: 'FAIL' } }] }],
    ['a kind of result yet to come', { NewTaskResult: { Outputs: [{ Status: 'FAIL' }] } }],
    ['a list as for other tasks', { SmartSubtitlesTaskResult: [{ Type: 'x', TransTextTask: { Status: 'FAIL' } }] }],
  ])('loses no failure in %s', (_, members) => {
    const task = { TaskId: 't-1', Status: 'FINISH', ...members };
    expect(answerOf({ EventType: 'BatchTask', BatchTaskEvent: task }).outcome).toBe('failed');
  });

  test('marks a number that was lost in a result', () => {
    const lost = '{"TaskId":"t-1","SmartSubtitlesTaskResult":{"Outputs":[{"Status":"SUCCESS","New":1e400,"A":1}]}}';
    const [event] = derive(`{"EventType":"BatchTask","BatchTaskEvent":${lost}}`);
    expect(event!.data).toMatchObject({ output: { A: 1 }, not_finite: ['Output'] });
  });
});

describe('an extracted watermark', () => {
  test('has its result as output, and succeeds without subtasks', () => {
    const answer = answerOf(fixture('extract-blind-watermark'));
    expect(answer).toMatchObject({
      ...{ kind: 'extract-blind-watermark', status: 'finished', outcome: 'succeeded', subtasks: [] },
      output: { Type: 'blind-basic', IsDetected: true, Result: 'customer-17' },
    });
    expect(derive(fixture('extract-blind-watermark'))[0]!.data).toMatchObject({
      ...{ type: 'blind-basic', is_detected: true, result: 'customer-17' },
    });
  });

  test.each([
    ['WAITING', 'queued', null],
    ['PROCESSING', 'processing', null],
    ['FINISH', 'finished', 'failed'],
  ])('that is %s with an ErrCode', (Status, status, outcome) => {
    const ExtractBlindWatermarkTask = { TaskId: 't-1', Status, ErrCode: 70000, Message: 'gone' };
    const answer = answerOf({ EventType: 'ExtractBlindWatermark', ExtractBlindWatermarkTask });
    expect(answer).toMatchObject({ status, outcome, error_code: outcome === null ? null : 70000 });
  });
});

describe('a live schedule', () => {
  test('has its stream as input and its activities as subtasks', () => {
    const answer = answerOf(fixture('live-schedule-finish'));
    expect(answer).toMatchObject({
      ...{ kind: 'live', status: 'finished', outcome: 'partially-failed', session_id: 'live-1' },
      input: { Url: 'rtmp://live.example.com/app/stream' },
      subtasks: [
        { kind: 'AiQualityControl', definition: '50', status: 'failed', error_code: 70000 },
        { kind: 'LiveRecord', definition: '1', status: 'succeeded' },
      ],
    });
  });

  test('without activities ends well', () => {
    const LiveScheduleTask = { TaskId: 't-1', Status: 'FINISH', ErrCode: 0, LiveActivityResultSet: null };
    expect(answerOf({ EventType: 'LiveScheduleTask', LiveScheduleTask }).outcome).toBe('succeeded');
  });
});

describe('a response that describes a task', () => {
  const outer = { CreateTime: '2026-11-20T08:00:00Z', BeginProcessTime: '2026-11-20T08:00:05Z' };
  const wrapped = (event: JsonObject, member: string): JsonObject => event[member] as JsonObject;
  const detail = (TaskType: string, task: JsonObject, Status: unknown = task['Status']): JsonObject => ({
    ...{ TaskType, Status: Status as string, ...outer, FinishTime: '2026-11-20T08:01:40Z', [TaskType]: task },
    ...{ SessionId: 's-1', SessionContext: '', RequestId: 'r-1', TaskNotifyConfig: { NotifyType: 'URL' } },
  });
  const live = (event: JsonObject): JsonObject => wrapped(event, 'LiveScheduleTaskEvent');
  const withSession = (event: JsonObject): JsonObject => ({ ...event, SessionId: 's-1' });

  test.each<[string, JsonObject, string]>([
    ['WorkflowTask', fixture('workflow-ai-sets'), 'WorkflowTaskEvent'],
    ['WorkflowTask', fixture('workflow-source-failed'), 'WorkflowTaskEvent'],
    ['EditMediaTask', fixture('edit-media-finish'), 'EditMediaTaskEvent'],
    ['ScheduleTask', fixture('schedule-two-levels'), 'ScheduleTaskEvent'],
    ['LiveScheduleTask', fixture('live-schedule-finish'), 'LiveScheduleTaskEvent'],
    ['ExtractBlindWatermarkTask', fixture('extract-blind-watermark'), 'ExtractBlindWatermarkTask'],
  ])('of a %s gives the same answer as its notification', (TaskType, event, member) => {
    const notification = { ...withSession(event), SessionContext: '' };
    const asDetail = detail(TaskType, event[member] as JsonObject);
    expect(answerOf(asDetail)).toEqual(answerOf(notification));
    expect(answerOf({ Response: asDetail })).toEqual(answerOf(notification));
    expect(answerOf(asDetail, notification)).toEqual(answerOf(notification));
    expect(received(asDetail)).toMatchObject({ task_id: (event[member] as JsonObject)['TaskId'] });
    expect(received(asDetail)).not.toHaveProperty('reason');
    expect(received(asDetail)).not.toHaveProperty('marks');
  });

  test('of a batch gives the same answer as a notification with its TaskId', () => {
    const { Response } = fixture('batch-detail') as { Response: JsonObject };
    const { TaskId, BatchTaskResult, Status } = Response;
    const BatchTaskEvent = { ...(BatchTaskResult as JsonObject), TaskId, Status };
    const notification = { EventType: 'BatchTask', BatchTaskEvent, SessionId: 'batch-5', SessionContext: '' };
    expect(answerOf(Response)).toEqual(answerOf(notification));
    expect(answerOf(Response)).toMatchObject({ kind: 'batch', outcome: 'partially-failed' });
  });

  test('has the times of the response', () => {
    const finished = derive(detail('EditMediaTask', { TaskId: 't-1', Status: 'FINISH' })).at(-2);
    expect(finished).toMatchObject({ type: 'task.finished', occurred: '2026-11-20T08:01:40.000Z' });
    expect(finished!.data).toMatchObject({
      create_time: '2026-11-20T08:00:00Z',
      begin_process_time: '2026-11-20T08:00:05Z',
      finish_time: '2026-11-20T08:01:40Z',
    });
  });

  test('leaves out a time that says "not yet"', () => {
    const body = { ...detail('WorkflowTask', { TaskId: 't-1' }, 'WAITING'), BeginProcessTime: '0000-00-00T00:00:00Z' };
    const [queued] = derive(body);
    expect(queued).toMatchObject({ type: 'task.queued', occurred: '2026-11-20T08:00:00.000Z' });
    expect(queued!.data).not.toHaveProperty('begin_process_time');
    expect(derive(fixture('batch-detail-waiting'))[0]).toMatchObject({ type: 'task.queued', data: { kind: 'batch' } });
  });

  test('has the status of the response, and marks that the task says another', () => {
    const body = detail('WorkflowTask', { TaskId: 't-1', Status: 'PROCESSING' }, 'FINISH');
    expect(derive(body)[0]!.type).toBe('task.finished');
    expect(received(body)).toMatchObject({ marks: ['statuses-differ'] });
    const without = detail('WorkflowTask', { TaskId: 't-1', Status: 'FINISH' }, '');
    expect(derive(without)[0]!.type).toBe('task.finished');
    expect(received(without)).not.toHaveProperty('marks');
  });

  test('of an unknown TaskType is read by Status', () => {
    const answer = answerOf(fixture('task-detail-new-type'));
    expect(answer).toMatchObject({ kind: 'unknown', status: 'finished', outcome: 'failed' });
    expect(leavesOf(answer)).toEqual([['ScoreTask::', 'failed']]);
    expect(received(fixture('task-detail-new-type'))).toMatchObject({
      kind: 'unknown',
      marks: ['wrapper-response', 'unknown-task-type'],
    });
    expect(answerOf({ TaskType: 'New', TaskId: 't-1', Status: 'FINISH', A: [{ Status: 'FAIL' }] }).outcome).toBe(
      'failed',
    );
  });

  test('of another type than it says is of the type of the member that it has', () => {
    const { ScheduleTaskEvent } = schedule([
      { ActivityType: 'Transcode', ActivityResItem: { TranscodeTask: { Status: 'FAIL' } } },
    ]) as { ScheduleTaskEvent: JsonObject };
    const body = { TaskType: 'LiveStreamProcessTask', Status: 'FINISH', ScheduleTask: ScheduleTaskEvent };
    expect(answerOf(body)).toMatchObject({ kind: 'schedule', outcome: 'failed' });
  });

  test('of a stream that is processed ends well', () => {
    expect(answerOf(fixture('task-detail-live-stream'))).toMatchObject({
      ...{ kind: 'live', outcome: 'succeeded', input: { Url: 'rtmp://live.example.com/app/stream' } },
    });
  });

  test.each([
    [{ TaskType: 'WorkflowTask', Status: 'WAITING', WorkflowTask: null }, 'workflow'],
    [{ TaskType: 'New' }, 'unknown'],
    [{ TaskType: 'WorkflowTask', ImageTask: { EncodeConfig: null }, Status: 'FINISH' }, 'image'],
  ])('without a TaskId is attributed to no task: %j', (body, kind) => {
    expect(derive(body)).toHaveLength(1);
    expect(received(body)).toMatchObject({ kind, reason: 'no-task-id' });
  });

  test('of images is of kind image, and has ErrMsg as its code', () => {
    const answer = answerOf(fixture('image-detail'));
    expect(answer).toMatchObject({
      ...{ kind: 'image', status: 'finished', outcome: 'partially-failed', error_code: 0 },
      input: { CosInputInfo: { Object: '/ingest/a.png' } },
      subtasks: [{ kind: 'ImageProcess', twins: { total: 2, succeeded: 1, failed: 1 } }],
    });
    const failed = derive(fixture('image-detail')).find(({ type }) => type === 'subtask.failed');
    expect(failed!.data).toMatchObject({ error_code_ext: 'SourceFileError', message: 'not an image' });
  });

  test.each([
    [{ ErrCode: 0, ErrMsg: 'InternalError', Message: '' }, 'InternalError', 'InternalError'],
    [{ ErrCode: 5, ErrMsg: 'InternalError', Message: 'lost' }, 5, 'lost'],
    [{ ErrCode: 5, ErrMsg: '' }, 5, null],
  ])('of images that failed as a whole has its error: %j', (error, error_code, message) => {
    const ImageProcessTaskResultSet = [{ Status: 'SUCCESS' }];
    const body = { TaskType: 'WorkflowTask', TaskId: 't-1', Status: 'FINISH', ImageProcessTaskResultSet, ...error };
    expect(answerOf(body)).toMatchObject({ kind: 'image', outcome: 'failed', error_code, message });
  });

  test('is not taken for an image where it describes a workflow', () => {
    const body = detail('WorkflowTask', wrapped(workflow({}), 'WorkflowTaskEvent'));
    expect(answerOf({ ...body, ImageTask: {} })).toMatchObject({ kind: 'workflow' });
    expect(live(fixture('live-schedule-task'))['Status']).toBe('PROCESSING');
  });
});
