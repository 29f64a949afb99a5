import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';

import { taskIdInBeginning } from './find-task-id';
import { taskIdIn } from './records';
import { bytesOf } from '../testing/notification';

const find = (body: unknown): string | null => taskIdIn(bytesOf(body));
const text = (body: unknown): string => JSON.stringify(body);
const base64 = (body: unknown): string => Buffer.from(text(body)).toString('base64');

const message = { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: 't-1', Status: 'FINISH' } };
/** What a CMQ topic pushes. */
const pushed = (msgBody: unknown) => ({ TopicOwner: 1, topicName: 'mps', msgId: '7', msgBody, publishTime: '1' });
/** What a SCF trigger is given. */
const triggered = (msgBody: unknown) => ({ Records: [{ CMQ: { type: 'topic', msgId: '7', msgBody, msgTag: '' } }] });
const notified = (Message: unknown) => ({ Type: 'Notification', MessageId: '7', Message, Timestamp: 'now' });

describe('the task of a notification is found', () => {
  test.each([
    ['in the member that EventType names', message],
    ['in a Response', { Response: message }],
    ['in what a CMQ topic pushes', pushed(text(message))],
    ['in what a SCF trigger is given', triggered(text(message))],
    ['in an SNS notification', notified(text(message))],
    ['in base64', pushed(base64(message))],
    [
      'in base64 of the URL alphabet, broken into lines',
      pushed(
        base64({ '漢?>~': 1, ...message })
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replace(/.{60}/g, '$&\r\n'),
      ),
    ],
    ['in a wrapper in a wrapper', notified(text(triggered(base64(pushed(text({ Response: message }))))))],
    ['in a text of any other member', { anything: [{ at: { all: ` \n${text(message)}` } }] }],
    [
      'in a wrapper beside texts that only look like JSON',
      pushed('{"a":{{'),
      text({ ...pushed('{no'), x: text(message) }),
    ],
    ['behind a byte order mark', `\ufeff${text(message)}`],
  ])('%s', (_, ...bodies) => {
    expect(find(bodies.at(-1))).toBe('t-1');
  });

  test.each([
    ['the body’s own before any', { x: { TaskId: 'b' }, TaskId: 'a', ...message, Response: { TaskId: 'c' } }, 'a'],
    ['the one in Response before one beside it', { x: { TaskId: 'b' }, Response: message }, 't-1'],
    ['that in the member that EventType names before its neighbours', { AEvent: { TaskId: 'b' }, ...message }, 't-1'],
    ['that of a kind yet to come', { x: { TaskId: 'b' }, EventType: 'New', NewEvent: { TaskId: 'a' } }, 'a'],
    [
      'that of a member named as ExtractBlindWatermarkTask is',
      { x: { TaskId: 'b' }, EventType: 'New', NewTask: { TaskId: 'a' } },
      'a',
    ],
    [
      'that of a member named as DescribeTaskDetail does',
      { x: { TaskId: 'b' }, TaskType: 'New', New: { TaskId: 'a' } },
      'a',
    ],
    ['the shallowest', { x: { y: { TaskId: 'b' } }, z: { TaskId: 'a' } }, 'a'],
    ['of those the first', { x: { TaskId: 'a' }, y: { TaskId: 'b' } }, 'a'],
    ['in arrays too, the first', { Records: [{}, { TaskId: 'a' }, { TaskId: 'b' }] }, 'a'],
    [
      'what stands open before what a text holds',
      { msgBody: text({ TaskId: 'b' }), x: { y: { z: { TaskId: 'a' } } } },
      'a',
    ],
    ['the first of several texts', { Records: [pushed(text({ TaskId: 'a' })), pushed(text({ TaskId: 'b' }))] }, 'a'],
    ['the shallowest of several texts', { x: { y: text({ TaskId: 'b' }) }, z: text({ TaskId: 'a' }) }, 'a'],
    [
      'what a text holds before what is wrapped once more',
      { x: text(pushed(text({ TaskId: 'b' }))), y: text({ TaskId: 'a' }) },
      'a',
    ],
    [
      'a text, not what is none or says nothing',
      { TaskId: 7, x: { TaskId: '' }, y: { TaskId: null, z: { TaskId: 'a' } } },
      'a',
    ],
    ['one that is not too long', { TaskId: 'x'.repeat(131_073), x: { TaskId: 'a' } }, 'a'],
    ['that of the last of equal members', '{"TaskId":"a","TaskId":"b"}', 'b'],
    ['that of the last of equal holders', '{"x":{"TaskId":"a"},"x":{"y":1},"z":{"TaskId":"b"}}', 'b'],
    ['four levels deep', { a: { b: { c: { d: { TaskId: 'a' } } } } }, 'a'],
  ])('%s', (_, body, expected) => {
    expect(find(body)).toBe(expected);
  });

  test.each(['__proto__', 'constructor', 'a/b%:"\n', '\u0000', '\ud800', '\u202eabc', 'x'.repeat(131_072)])(
    'as it is: %j',
    (TaskId) => {
      expect(find({ TaskId })).toBe(TaskId);
      expect(find(pushed(text({ TaskId })))).toBe(TaskId);
    },
  );
});

describe('no task is found', () => {
  test.each([
    ['five levels deep', { a: { b: { c: { d: { e: { TaskId: 'a' } } } } } }],
    ['in a number', { TaskId: 5, x: { TaskId: 5 } }],
    ['in a member of another name', { ParentTaskId: 'a', taskid: 'a', TaskID: 'a', x: { ReferenceTaskId: 'a' } }],
    ['in what describes media', { InputInfo: { TaskId: 'a' }, Input: { TaskId: 'a' }, MetaData: { TaskId: 'a' } }],
    [
      'in what the customer passes through',
      { SessionContext: text({ TaskId: 'a' }), SessionId: text({ TaskId: 'a' }) },
    ],
    ['in a secret', { NotifyKey: text({ TaskId: 'a' }), SecretKey: { TaskId: 'a' } }],
    ['in what every object seems to have', { EventType: 'constructor' }],
    [
      'in a text of a text of a text of a text of a text',
      [1, 2, 3, 4, 5].reduce((body: object) => pushed(text(body)), message),
    ],
    [
      'in a text that is no object',
      { a: text([message]), b: text('TaskId'), c: '"TaskId":"a"', d: `x${text(message)}` },
    ],
    ['in what is no base64 of JSON', { a: 'eyJ', b: 'eyJUYXNrSWQiOiJhIn0=x', c: `ey${'A'.repeat(99)}` }],
    ['in what is no notification', '[{"TaskId":"a"}]'],
    ['in bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
  ])('%s', (_, body) => {
    expect(find(body)).toBeNull();
  });
});

describe('a body that is', () => {
  const MIB = 1024 * 1024;
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const within = (limitMs: number, body: string): string | null => {
    const began = performance.now();
    const found = find(body);
    expect(performance.now() - began).toBeLessThan(limitMs);
    return found;
  };

  test.each([
    ['too deep', `{"x":${deep},"a":{"b":{"TaskId":"a"}}}`],
    ['too deep inside a text', text({ y: `{"x":${deep},"a":{"b":{"TaskId":"a"}}}` })],
    ['wider than is read', `{"x":[${'{},'.repeat(MIB)}0],"y":{"TaskId":"a"}}`],
    ['wider than is read inside a text', text({ y: `{"x":[${'0,'.repeat(MIB)}0],"y":{"TaskId":"a"}}` })],
    ['of 6 MiB', `{"x":"${'{'.repeat(6 * MIB - 40)}","y":{"TaskId":"a"}}`],
    [
      'of 6 MiB, wrapped four times',
      [1, 2, 3].reduce((body) => text({ msgBody: body }), `{"x":"${'{'.repeat(MIB)}","TaskId":"a"}`),
    ],
    ['of 4 MiB in base64', text({ msgBody: base64({ x: 'x'.repeat(4 * MIB), TaskId: 'a' }) })],
  ])('%s is searched too, in bounded time', (_, body) => {
    expect(within(10_000, body)).toBe('a');
  });

  test.each([
    ['full of texts that only look like JSON', `{"x":[${'"{",'.repeat(MIB)}0]}`],
    ['full of texts that only look like base64', `{"x":[${'"eyJxxxxx",'.repeat(MIB / 2)}0]}`],
    ['a text that nearly is base64', text({ x: `eyJ${' '.repeat(5 * MIB)}!` })],
    ['a text of spaces', text({ x: ' '.repeat(5 * MIB) })],
    ['nothing but members', `{${Array.from({ length: 100_000 }, (_, n) => `"${n}":{}`).join()}}`],
  ])('%s costs bounded time, too', (_, body) => {
    expect(within(10_000, body)).toBeNull();
  });
});

describe('the beginning of a body that is cut off', () => {
  const beginning = (cut: string): string | null => taskIdInBeginning(Buffer.from(cut));

  test.each([
    ['{"TaskId":"a"', 'a'],
    ['{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"a-1","Status"', 'a-1'],
    ['{"Response":{"WorkflowTaskEvent":{"Status":"FINISH","TaskId" :\n "a"', 'a'],
    ['{"SessionContext":"\\"TaskId\\":\\"b\\"","WorkflowTaskEvent":{"TaskId":"a"', 'a'],
    ['{"SessionContext":"TaskId","x":{"TaskId":"a"', 'a'],
    ['{"TaskId":7,"x":{"TaskId":"a"', 'a'],
    ['{"x":[1,2,{"y":1}],"TaskId":"\\u0061\\/\\\\"', 'a/\\'],
    ['{"x":{"y":{"z":{"TaskId":"deep"}}},"TaskId":"a"', 'a'],
    [`{"x":${'['.repeat(65_000)}`.replace('{', '{"TaskId":"a",'), 'a'],
    ['\ufeff{"TaskId":"a","x":"漢', 'a'],
  ])('%s gives the task %j', (cut, expected) => {
    expect(beginning(cut)).toBe(expected);
  });

  test.each([
    '',
    '{',
    'nonsense "TaskId" nonsense',
    '{"TaskId":"cut off',
    '{"TaskId":"bad escape \\x"',
    '{"TaskId":null}',
    '"TaskId"',
    '{"x":"TaskId"}',
    '['.repeat(65_536),
    '"'.repeat(65_536),
    '{"TaskId":'.repeat(6000),
  ])('%s gives none', (cut) => {
    expect(beginning(cut)).toBeNull();
    expect(taskIdInBeginning(Buffer.alloc(65_536, 0xff))).toBeNull();
  });

  test('finds the task of the whole, wherever it is cut behind its TaskId', () => {
    const body = {
      EventType: 'WorkflowTask',
      SessionId: 's',
      WorkflowTaskEvent: { TaskId: 'a', x: [{ y: 'z' }], Status: 1 },
    };
    const whole = Buffer.from(text(body));
    const known = whole.indexOf('"TaskId":"a"') + 13;
    for (let cut = known; cut <= whole.length; cut += 1) expect(taskIdInBeginning(whole.subarray(0, cut))).toBe('a');
  });
});

test('any bytes and any JSON are answered, and white space changes nothing', () => {
  checkProperty(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect([null, 'string']).toContain(taskIdIn(bytes) === null ? null : 'string');
      expect([null, 'string']).toContain(taskIdInBeginning(bytes) === null ? null : 'string');
    }),
  );
  const names = fc.constantFrom('TaskId', 'EventType', 'Response', 'msgBody', 'x', 'New', 'NewEvent');
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('', 't-1', 't-2', 'New', 7, null),
      fc.dictionary(names, tie('node'), { maxKeys: 4 }),
      fc.array(tie('node'), { maxLength: 2 }),
      fc.dictionary(names, tie('node'), { maxKeys: 4 }).map((node) => text(node)),
      fc.dictionary(names, tie('node'), { maxKeys: 4 }).map((node) => base64(node)),
    ),
  })).node;
  checkProperty(
    fc.property(fc.dictionary(names, tree), (body) => {
      const found = find(body);
      expect(find(JSON.stringify(body, null, 2))).toBe(found);
      expect(taskIdInBeginning(bytesOf(body))).toBe(found);
      const shown = text(body);
      if (found === null) expect(shown).not.toMatch(/^\{"TaskId":"t-/);
    }),
  );
});
