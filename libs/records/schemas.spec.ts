import Ajv2020 from 'ajv/dist/2020';
import { TASK_EVENT_TYPES, type TaskEventType } from '@mps-ledger/tasks';
import { CURRENT_VERSION, SCHEMAS, faultOf, schemaId, schemaOf } from './index';

const subject = { account: 'default', task_id: 'T' };
const report = { ...subject, kind: 'workflow', listed: {} };
const subtask = { ...subject, key: 'Transcode:10:', kind: 'Transcode' };
const digest = '0'.repeat(64);
const received = {
  ...{ account: 'default', notification_id: 'n', kind: 'unknown', digest, size: 1, transport: 'callback' },
  ...{ events: 0, events_digest: digest, event_ids: [] },
};

interface Fixtures {
  readonly good: object;
  readonly bad: readonly object[];
}

const fixtures: { readonly [Type in TaskEventType]: Fixtures } = {
  'notification.received': {
    good: { ...received, source: 'mps' },
    bad: [
      { ...received, account: 'Default' },
      { ...received, kind: 'film' },
      { ...received, digest: 'abc' },
      { ...received, size: -1 },
      { ...received, event_ids: Array.from({ length: 101 }, () => digest) },
      { ...received, notification_id: '' },
      { ...received, marks: 'lossy-number' },
      { ...received, source: 1 },
    ],
  },
  'task.queued': { good: report, bad: [subject, { kind: 'workflow' }, { ...subject, kind: 'workflow' }] },
  'task.started': {
    good: report,
    bad: [
      { ...report, status: 3 },
      { ...report, listed: { Transcode: 0 } },
    ],
  },
  'task.finished': {
    good: { ...report, listed: { Transcode: 2, 'Transcode:10': 1 }, error_code: 30010, output: [{}] },
    bad: [
      { ...report, error_code: null },
      { ...report, finish_time: 1 },
      { ...report, not_finite: 'ErrCode' },
    ],
  },
  'task.reported': { good: { ...report, kind: 'unknown' }, bad: [{ ...report, kind: null }] },
  'media.probed': { good: { ...subject, metadata: { Size: 1 } }, bad: [subject, { ...subject, metadata: [] }] },
  'subtask.queued': { good: subtask, bad: [subject, { ...subtask, key: '' }] },
  'subtask.started': { good: subtask, bad: [{ ...subtask, task_id: 1 }] },
  'subtask.reported': {
    good: { ...subtask, at_end: true },
    bad: [
      { ...subtask, definition: 10 },
      { ...subtask, at_end: false },
    ],
  },
  'subtask.progressed': {
    good: { ...subtask, progress: 50 },
    bad: [subtask, { ...subtask, progress: 101 }, { ...subtask, progress: '50' }],
  },
  'subtask.succeeded': { good: { ...subtask, output: 'any' }, bad: [{ ...subtask, finish_time: {} }] },
  'subtask.failed': { good: { ...subtask, error_code: '70000' }, bad: [{ ...subtask, message: ['no'] }] },
  'subtask.counted': {
    good: { ...subtask, total: 2, succeeded: 1, failed: 1 },
    bad: [
      { ...subtask, total: 2, succeeded: 1 },
      { ...subtask, total: 1.5, succeeded: 1, failed: 1 },
    ],
  },
  'live.result-reported': {
    good: { ...subject, notification_type: 'AiReviewResult', results: { AiReviewResultInfo: {} }, session_id: 's' },
    bad: [
      { ...subject, notification_type: 'AiReviewResult' },
      { ...subject, notification_type: 'AiReviewResult', results: [] },
      { ...subject, results: {} },
    ],
  },
  'live.ended': {
    good: { ...subject, error_code: 4002 },
    bad: [{ ...subject, error_code: {} }, { account: 'default' }],
  },
};

describe.each(TASK_EVENT_TYPES)('the schema of %s', (type) => {
  it('is published under its urn and is a valid schema of 2020-12', () => {
    const schema = schemaOf(type, CURRENT_VERSION);
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: schemaId(type, 1) });
    expect(new Ajv2020({ allowUnionTypes: true }).validateSchema(schema!)).toBe(true);
    expect(SCHEMAS).toContain(schema);
  });

  it('accepts its data, also with a member that a later mapping added', () => {
    expect(faultOf(type, fixtures[type].good)).toBeNull();
    expect(faultOf(type, { ...fixtures[type].good, added_later: [1] })).toBeNull();
  });

  it('refuses what is not its data', () => {
    for (const bad of [...fixtures[type].bad, [], null, 'text', 1]) expect(faultOf(type, bad)).not.toBeNull();
  });
});

describe('the schemas', () => {
  it('are those of the event types and of state changes, and none answers for another name', () => {
    expect(SCHEMAS).toHaveLength(TASK_EVENT_TYPES.length + 1);
    expect(schemaOf('task-state.changed', 1)).toBe(SCHEMAS.at(-1));
    expect(schemaOf('task.started', 2)).toBeUndefined();
    expect(schemaOf('__proto__', 1)).toBeUndefined();
  });
});
