import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TaskEvent } from '@mps-ledger/tasks';

import { interpret } from '../interpret';
import type { JsonObject } from '../document/json';
import { bytesOf, notificationWith, workflow } from '../testing/notification';
import { readEnvelope } from './envelope';
import { taskIdIn } from './records';

const text = (body: unknown): string => JSON.stringify(body);
const base64 = (body: unknown): string => Buffer.from(text(body)).toString('base64');
const derive = (body: unknown, element?: number): readonly TaskEvent[] => {
  const placed = element === undefined ? {} : { element, taskId: taskIdIn(bytesOf(body), element) };
  return interpret(notificationWith(body, placed));
};
const received = (body: unknown, element?: number): Record<string, unknown> =>
  derive(body, element).at(-1)!.data as never;
const idsOf = (body: unknown, element?: number): string[] => derive(body, element).map(({ id }) => id);

const message = workflow({ MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: { Status: 'FAIL' } }] });
const push = (msgBody: unknown): JsonObject => ({
  ...{ TopicOwner: 1250000001, topicName: 'mps', subscriptionName: 'ledger', msgId: '7' },
  ...{ msgBody: msgBody as string, publishTime: '1700000000' },
});
const record = (msgBody: unknown): JsonObject => ({ CMQ: { ...push(msgBody), type: 'topic', msgTag: '' } });
const trigger = (...bodies: readonly unknown[]): JsonObject => ({ Records: bodies.map(record) });
const sns = (Message: unknown): JsonObject => ({
  ...{ Type: 'Notification', MessageId: '7', TopicArn: 'arn:x', Message: Message as string, Timestamp: 'now' },
});
const response = (Response: unknown): JsonObject => ({ Response: Response as JsonObject, RequestId: 'r' });

describe('a wrapped notification', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['pushed by a CMQ topic', push(text(message)), ['cmq-topic']],
    ['given to an SCF trigger', trigger(text(message)), ['scf']],
    ['delivered by SNS', sns(text(message)), ['sns']],
    ['in a Response', response(message), ['response']],
    ['in base64', base64(message), ['base64']],
    ['in base64 behind white space', ` \n${base64(message)}\r\n`, ['base64']],
    ['pushed in base64', push(base64(message)), ['cmq-topic', 'base64']],
    ['pushed as an object', push(message), ['cmq-topic']],
    ['pushed in a Response', push(text(response(message))), ['cmq-topic', 'response']],
    ['in a Response around a push', response(push(text(message))), ['response', 'cmq-topic']],
    ['given as a record itself', { Records: [message] }, ['scf']],
    ['given as a record that is a text', { Records: [text(message)] }, ['scf']],
    ['given as a record whose CMQ is a text', { Records: [{ CMQ: text(push(text(message))) }] }, ['scf', 'cmq-topic']],
    ['in a Response that is a text', response(text(message)), ['response']],
    ['in a Response that is base64', response(base64(message)), ['response', 'base64']],
    [
      'in four wrappers',
      trigger(text(sns(base64(push(text(response(message))))))),
      ['scf', 'sns', 'base64', 'cmq-topic', 'response'],
    ],
    ['pushed four times', push(text(push(text(push(text(push(text(message)))))))), Array<string>(4).fill('cmq-topic')],
  ])('%s gives the same events, and marks of its wrappers', (_, body, wrappers) => {
    expect(idsOf(body)).toEqual(idsOf(message));
    expect(received(body)).toMatchObject({
      ...{ task_id: 't-1', kind: 'workflow', event_type: 'WorkflowTask', events: 2 },
      marks: wrappers.map((wrapper) => `wrapper-${wrapper}`),
    });
  });

  test('has its other marks after those of its wrappers', () => {
    expect(received(push(text({ ...message, New: 1 })))).toMatchObject({
      marks: ['wrapper-cmq-topic', 'unknown-envelope-member'],
    });
    expect(received(message)).not.toHaveProperty('marks');
  });

  test('is a response that describes a task too', () => {
    const detail = readFileSync(join(__dirname, '../../../test/fixtures/mps/image-detail.json'), 'utf8');
    expect(idsOf(push(detail))).toEqual(idsOf(detail));
    expect(received(push(detail))).toMatchObject({ kind: 'image', marks: ['wrapper-cmq-topic', 'wrapper-response'] });
  });

  test('is read as what it says, whatever members of wrappers it has', () => {
    expect(idsOf({ ...message, msgBody: text(workflow({ TaskId: 't-2' })), Type: 'Notification' })).toEqual(
      idsOf(message),
    );
  });

  test('is of the task that receive found, or of none', () => {
    const body = { ...push(text(message)), TaskId: 't-2' };
    expect(derive(body)).toHaveLength(1);
    expect(received(body)).toMatchObject({ reason: 'task-elsewhere' });
    expect(idsOf({ TaskId: 't-1', ...response(workflow({ TaskId: 't-2' })) })).toHaveLength(2);
  });
});

describe('several Records', () => {
  const other = workflow({ TaskId: 't-2' });
  const both = trigger(text(message), base64(other));

  test('are read one by one, each for its own task', () => {
    expect(readEnvelope(bytesOf(both))).toMatchObject({
      ok: true,
      recordCount: 2,
      records: [{ taskId: 't-1' }, { taskId: 't-2' }],
    });
    expect(idsOf(both, 0)).toEqual(idsOf(message));
    expect(idsOf(both, 1)).toEqual(idsOf(other));
    expect(received(both, 1)).toMatchObject({ task_id: 't-2', marks: ['wrapper-scf', 'wrapper-base64'] });
  });

  test.each<[string, unknown]>([
    ['delivered by SNS', sns(text(both))],
    ['pushed in base64', push(base64(both))],
    ['in a Response', response(both)],
    ['in a record', { Records: [{ CMQ: push(text(both)) }] }],
  ])('are read one by one also where they are %s', (_, body) => {
    expect(readEnvelope(bytesOf(body))).toMatchObject({
      ...{ ok: true, recordCount: 2, records: [{ taskId: 't-1' }, { taskId: 't-2' }] },
    });
    expect(idsOf(body, 0)).toEqual(idsOf(message));
    expect(idsOf(body, 1)).toEqual(idsOf(other));
    expect(received(body)).toMatchObject({ kind: 'unknown', reason: 'several-records' });
  });

  test('inside one of several are not read', () => {
    const nested = trigger(text(both), text(other));
    expect(readEnvelope(bytesOf(nested))).toMatchObject({ recordCount: 2, records: [{}, { taskId: 't-2' }] });
    expect(received(nested, 0)).toMatchObject({ reason: 'several-records' });
    expect(idsOf(nested, 1)).toEqual(idsOf(other));
  });

  test('are not told apart where there are too many: more than a thousand, or copies of more than 32 MiB', () => {
    const many = (count: number, size = 1) => bytesOf({ Records: Array<string>(count).fill('x'.repeat(size)) });
    const counts = (bytes: Uint8Array) => {
      const envelope = readEnvelope(bytes);
      return envelope.ok ? [envelope.recordCount, envelope.records.length] : [];
    };
    expect(counts(many(1000))).toEqual([1000, 1000]);
    expect(counts(many(1001))).toEqual([1001, 0]);
    expect(counts(many(500, 120))).toEqual([500, 500]);
    expect(counts(many(600, 120))).toEqual([600, 0]);
  });

  test('are not read together', () => {
    expect(derive(both)).toHaveLength(1);
    expect(received(both)).toMatchObject({ kind: 'unknown', reason: 'several-records' });
  });

  test.each([2, 1_000_000])('have none of number %d', (element) => {
    expect(taskIdIn(bytesOf(both), element)).toBeNull();
    expect(received(both, element)).toMatchObject({ reason: 'wrapper-empty' });
  });

  test('of one is that one, and none is nothing', () => {
    expect(idsOf(trigger(text(message)), 0)).toEqual(idsOf(message));
    expect(readEnvelope(bytesOf(message))).toMatchObject({ recordCount: 0, records: [] });
    expect(received({ Records: [] })).toMatchObject({ reason: 'wrapper-empty' });
  });
});

describe('what a wrapper contains is not read', () => {
  const five = push(text(push(text(push(text(push(text(push(text(message)))))))))) as unknown;
  test.each<[string, unknown, string]>([
    ['if there is nothing in it', push(''), 'wrapper-empty'],
    ['if it has no body', { topicName: 'mps', msgId: '7', subscriptionName: 's' }, 'wrapper-empty'],
    ['if its body is null', push(null), 'wrapper-empty'],
    ['if there is no Message', { Type: 'Notification', MessageId: '7' }, 'wrapper-empty'],
    ['if a record is empty', { Records: [{}] }, 'wrapper-empty'],
    ['if it is no JSON', push('hello'), 'wrapped-not-json'],
    ['if it is half a JSON text', sns(text(message).slice(0, -1)), 'wrapped-not-json'],
    ['if it is wrong base64', push(`${base64(message).slice(0, 40)}*`), 'wrapped-not-json'],
    ['if it is base64 of no UTF-8', push(Buffer.from([0x7b, 0x22, 0xff, 0x22]).toString('base64')), 'wrapped-not-utf8'],
    ['if it is an array', push('[1]'), 'wrapped-not-an-object'],
    ['if it is a number', push(5), 'wrapped-not-an-object'],
    ['if there are two', { ...push(text(message)), ...sns(text(message)) }, 'several-bodies'],
    ['if there are two, one in a Response', { ...push(text(message)), ...response(message) }, 'several-bodies'],
    ['five deep', five, 'wrapped-too-deep'],
    [
      'five deep, the innermost a Response',
      response(response(response(response(response(message))))),
      'wrapped-too-deep',
    ],
  ])('%s', (_, body, reason) => {
    expect(derive(body)).toHaveLength(1);
    expect(received(body)).toMatchObject({ kind: 'unknown', reason, events: 0 });
  });
});

describe('the limits of a document hold over all levels together', () => {
  const MIB = 1024 * 1024;
  const nested = (levels: number): JsonObject => ({
    ...message,
    Deep: levels === 0 ? 1 : (JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as never),
  });
  const within = (body: string): Record<string, unknown> => {
    const before = process.cpuUsage();
    const result = received(body);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(10);
    return result;
  };

  test('in depth', () => {
    expect(received(text(nested(63)))).not.toHaveProperty('reason');
    expect(received(push(text(nested(62))))).not.toHaveProperty('reason');
    expect(received(push(text(nested(63))))).toMatchObject({ reason: 'too-deep', task_id: 't-1' });
    expect(received(push(text(push(text(nested(62))))))).toMatchObject({ reason: 'too-deep', task_id: 't-1' });
    expect(received(trigger(text(nested(60))))).toMatchObject({ reason: 'too-deep' });
  });

  test('in members', () => {
    const wide = `[${'0,'.repeat(600_000)}0]`;
    const one = `{"X":${wide},${text(message).slice(1)}`;
    expect(within(one)).not.toHaveProperty('reason');
    expect(within(text(push(one)))).not.toHaveProperty('reason');
    expect(within(`{"X":${wide},${text(push(one)).slice(1)}`)).toMatchObject({ reason: 'too-many-members' });
  });

  test.each<[string, () => string]>([
    ['a giant text', () => text(push('{'.repeat(6 * MIB - 200)))],
    ['a giant text in base64', () => text(push(base64({ x: 'x'.repeat(4 * MIB) })))],
    ['a giant text that is nearly base64', () => text(push(`e${'y'.repeat(6 * MIB - 200)}`))],
    ['a giant body that is nearly base64', () => `e${'y'.repeat(6 * MIB)}`],
    ['brackets in a push', () => text(push(`{"a":${'['.repeat(5 * MIB)}`))],
    ['a million Records', () => `{"Records":[${'{},'.repeat(900_000)}{}]}`],
    ['base64 of base64 of base64', () => text(push(base64(push(base64(push(base64(push(base64(message)))))))))],
  ])('so that %s costs bounded CPU time', (_, body) => {
    within(body());
  });
});
