import { describeTask, fold, initialState } from '@mps-ledger/tasks';
import type { TaskView } from '@mps-ledger/tasks';

import { interpret } from './interpret';
import type { JsonObject } from './document/json';
import { notificationWith, workflow } from './testing/notification';

/** What all these notifications come to, in whatever order. */
function answerOf(...bodies: readonly JsonObject[]): TaskView {
  const events = bodies.flatMap((body) => interpret(notificationWith(body))).filter(({ data }) => 'task_id' in data);
  const view = describeTask(fold(initialState, events), 0);
  expect(describeTask(fold(initialState, [...events].reverse()), 0)).toEqual(view);
  return view;
}

const outcomeOf = (...bodies: readonly JsonObject[]) => answerOf(...bodies).outcome;

const scheduled = (Status: string, ...holders: readonly JsonObject[]): JsonObject => ({
  EventType: 'ScheduleTask',
  ScheduleTaskEvent: {
    TaskId: 't-1',
    Status,
    ActivityResultSet: holders.map((AnalysisTask) => ({
      ActivityType: 'AIAnalysis',
      ActivityResItem: { AnalysisTask },
    })),
  },
});
const Input = { Definition: 1, ExtendedParameter: 'p' };
const cover = (Status: string): JsonObject => ({ Type: 'Cover', CoverTask: { Status, Input: { Definition: 7 } } });
const activity = (
  Status: string,
  FinishTime: string,
  Output: JsonObject[] = [],
  more: JsonObject = {},
): JsonObject => ({
  ...{ Status, FinishTime, Output, Input },
  ...more,
});

describe('two identical activities', () => {
  const AT_TEN = '2026-11-20T10:00:00Z';
  const AT_ELEVEN = '2026-11-20T11:00:00Z';

  test('one well with its second level, one failed: partially failed, and both ends are shown', () => {
    const lost = activity('FAIL', AT_TEN, [], { ErrCode: 70000, Message: 'lost' });
    const answer = answerOf(scheduled('FINISH', activity('SUCCESS', AT_ELEVEN, [cover('SUCCESS')]), lost));
    expect(answer).toMatchObject({
      outcome: 'partially-failed',
      outcome_reason: 'Failed subtasks: 1 of 2.',
      contradicted: false,
    });
    expect(answer.subtasks[0]).toMatchObject({
      twins: { total: 2, succeeded: 1, failed: 1 },
      ends: [
        { end: 'succeeded', time: '2026-11-20T11:00:00.000Z' },
        { end: 'failed', error_code: 70000, message: 'lost', time: '2026-11-20T10:00:00.000Z' },
      ],
    });
  });

  test.each<[string, JsonObject[], string]>([
    [
      'one well, one open',
      [activity('SUCCESS', AT_ELEVEN, [cover('SUCCESS')]), activity('PROCESSING', '')],
      'undetermined',
    ],
    [
      'one well, one with another word',
      [activity('SUCCESS', AT_TEN, [cover('SUCCESS')]), activity('HELD', '')],
      'undetermined',
    ],
    [
      'one well but for its second level, one failed',
      [activity('SUCCESS', AT_ELEVEN, [cover('FAIL')]), activity('FAIL', AT_TEN)],
      'failed',
    ],
    [
      'both failed, one with a second level that went well',
      [activity('FAIL', AT_TEN, [cover('SUCCESS')]), activity('FAIL', AT_TEN)],
      'partially-failed',
    ],
    [
      'both well, one second level failed',
      [activity('SUCCESS', AT_TEN, [cover('SUCCESS')]), activity('SUCCESS', AT_TEN, [cover('FAIL')])],
      'partially-failed',
    ],
    ['both well', [activity('SUCCESS', AT_TEN, [cover('SUCCESS')]), activity('SUCCESS', AT_TEN, [])], 'succeeded'],
    [
      'two well, one failed',
      [activity('SUCCESS', AT_TEN, [cover('SUCCESS')]), activity('SUCCESS', AT_TEN), activity('FAIL', AT_TEN)],
      'partially-failed',
    ],
  ])('%s', (_, holders, outcome) => {
    expect(outcomeOf(scheduled('FINISH', ...holders))).toBe(outcome);
    expect(outcomeOf(scheduled('FINISH', ...[...holders].reverse()))).toBe(outcome);
  });
});

const transcode = (Status: string, OutputObjectPath: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Transcode',
  TranscodeTask: { Status, Input: { Definition: 10, OutputObjectPath }, ...more },
});
const processing = (...elements: readonly JsonObject[]) =>
  workflow({ Status: 'PROCESSING', MediaProcessResultSet: elements });
const finish = (...elements: readonly JsonObject[]) => workflow({ MediaProcessResultSet: elements });

describe('a subtask whose spelling changes', () => {
  const bare = { Type: 'Transcode', TranscodeTask: null };

  test.each<[string, JsonObject]>([
    ['with a null holder at first', processing(bare)],
    ['with its path as a template at first', processing(transcode('PROCESSING', '/{name}.mp4'))],
    ['waiting at first', processing(transcode('WAITING', '/{name}.mp4'))],
    ['without its Input at first', processing({ TranscodeTask: { Status: 'PROCESSING', Input: null } })],
  ])('%s is not open for ever', (_, before) => {
    const answer = answerOf(before, finish(transcode('SUCCESS', '/a.mp4')));
    expect(answer).toMatchObject({ outcome: 'succeeded', contradicted: false });
    expect(answer.subtasks.map(({ superseded }) => superseded).sort()).toEqual([false, true]);
    expect(outcomeOf(before, finish(transcode('FAIL', '/a.mp4')))).toBe('failed');
    expect(outcomeOf(before)).toBeNull();
  });

  test('and that a FINISH leaves out is open', () => {
    expect(
      outcomeOf(
        processing(transcode('SUCCESS', '/a'), transcode('PROCESSING', '/b')),
        finish(transcode('SUCCESS', '/a')),
      ),
    ).toBe('undetermined');
    expect(outcomeOf(processing(bare, transcode('PROCESSING', '/b')), finish(transcode('SUCCESS', '/a')))).toBe(
      'undetermined',
    );
    expect(outcomeOf(processing(transcode('PROCESSING', '/b')), finish())).toBe('undetermined');
  });

  test('and that a FINISH shows open is open', () => {
    expect(outcomeOf(finish(bare), finish(transcode('SUCCESS', '/a')))).toBe('undetermined');
    expect(outcomeOf(finish(transcode('PROCESSING', '/{name}')), finish(transcode('SUCCESS', '/a')))).toBe(
      'undetermined',
    );
  });

  test('and that had failed under its earlier spelling has failed', () => {
    expect(answerOf(processing(transcode('FAIL', '/{name}')), finish(transcode('SUCCESS', '/a')))).toMatchObject({
      outcome: 'partially-failed',
      contradicted: true,
    });
  });
});

describe('one spelling in place of another', () => {
  const spelled = { Message: '', ErrCode: 0, ErrCodeExt: '', Progress: 0, FinishTime: '0000-00-00T00:00:00Z' };
  const input = { Definition: 10, OutputObjectPath: '/a' };
  const plain = { TranscodeTask: { Status: 'SUCCESS', Input: input, Output: { Path: '/a.mp4' } } };
  const defaults = {
    TranscodeTask: {
      ...{ Status: 'SUCCESS', ...spelled, Input: { ...input, StartTimeOffset: 0, MosaicSet: [] } },
      Output: { Path: '/a.mp4', Size: 0, VideoStreamSet: [] },
    },
  };

  test('is neither revised nor contradicted where only defaults differ', () => {
    expect(answerOf(finish(plain), finish(defaults))).toMatchObject({
      ...{ outcome: 'succeeded', contradicted: false, revised: false },
      subtasks: [{ ends: [], revised: false }],
    });
  });

  test('is no twin of the other', () => {
    expect(answerOf(finish(plain, defaults)).subtasks).toMatchObject([{ twins: { total: 2, succeeded: 2 }, ends: [] }]);
  });
});

describe('secrets', () => {
  const secret = (SecretKey: string): JsonObject => ({
    ...workflow({
      InputInfo: { Type: 'AWS-S3', S3InputInfo: { S3Bucket: 'b', S3SecretId: SecretKey, S3SecretKey: SecretKey } },
      Output: { Auth: [{ SecretId: SecretKey }] },
      MetaData: { NotifyKey: SecretKey, Size: 1 },
      MediaProcessResultSet: [
        transcode('SUCCESS', '/a', {
          Input: { Definition: { SecretKey, A: 1 }, OutputStorage: { S3OutputStorage: { S3SecretKey: SecretKey } } },
          Output: { OutputStorage: { S3OutputStorage: { S3SecretId: SecretKey, S3Bucket: 'c' } } },
        }),
      ],
      New: {
        Status: { SecretKey, Word: 'kept' },
        Input: { SecretKey },
        Parts: [{ Status: 'FAIL', NotifyKey: SecretKey }],
      },
    }),
    SessionContext: { SecretKey },
  });

  test('are in no event and no answer, and their rotation changes nothing', () => {
    const events = interpret(notificationWith(secret('hidden-1')));
    expect(events.length).toBeGreaterThan(5);
    expect(JSON.stringify(events)).not.toContain('hidden-1');
    expect(JSON.stringify(answerOf(secret('hidden-1')))).not.toContain('hidden-1');
    const ids = (body: JsonObject) => interpret(notificationWith(body)).map(({ id }) => id);
    expect(ids(secret('hidden-2'))).toEqual(ids(secret('hidden-1')));
    expect(answerOf(secret('hidden-1'), secret('hidden-2'))).toEqual(answerOf(secret('hidden-1')));
  });
});
