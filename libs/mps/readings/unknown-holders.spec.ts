import { interpret } from '../interpret';
import { notificationWith, schedule, workflow } from '../testing/notification';

const FAIL = { Status: 'FAIL' };

const found = (body: unknown): [string, string][] =>
  interpret(notificationWith(body))
    .filter((event) => event.type.startsWith('subtask.'))
    .map(({ type, data }) => [type, (data as { kind: string }).kind]);
const failed = (...kinds: string[]): [string, string][] => kinds.map((kind) => ['subtask.failed', kind]);

describe('an object with a Status that no table knows', () => {
  test.each([
    ['in a member of the task', { NewTaskResult: FAIL }, ['NewTaskResult']],
    [
      'in an array',
      { NewResultSet: [FAIL, 'x', null, { Status: 'FAIL', Input: { A: 1 } }] },
      ['NewResultSet', 'NewResultSet'],
    ],
    ['in an array in an array', { NewResultSet: [[FAIL]] }, ['NewResultSet']],
    [
      'in an array, beside an array',
      { NewResultSet: [[FAIL], { Status: 'FAIL', Input: { A: 1 } }] },
      ['NewResultSet', 'NewResultSet'],
    ],
    ['by its Type', { NewResultSet: [{ Type: 'Shine', Status: 'FAIL' }] }, ['NewResultSet.Shine']],
    ['by its Type, no array', { NewResult: { Type: 'Shine', Status: 'FAIL' } }, ['NewResult.Shine']],
    ['in a holder', { NewResultSet: [{ ShineTask: FAIL }] }, ['NewResultSet.ShineTask']],
    [
      'in a holder, by the Type beside it',
      { NewResultSet: [{ Type: 'Shine', ShineTask: FAIL }] },
      ['NewResultSet.Shine'],
    ],
    [
      'by an ActivityType',
      { NewResultSet: [{ ActivityType: 'Shine', Item: { ShineTask: FAIL } }] },
      ['NewResultSet.Item.Shine'],
    ],
    ['whose Type is no text', { NewResultSet: [{ Type: 5, ShineTask: FAIL }] }, ['NewResultSet.ShineTask']],
    ['four members deep', { A: { B: [{ C: { D: FAIL } }] } }, ['A.B.C.D']],
    ['in an Output', { Output: { Results: [FAIL] } }, ['Output.Results']],
    [
      'in a known set, in a new holder',
      { MediaProcessResultSet: [{ ShineTask: FAIL }] },
      ['MediaProcessResultSet.ShineTask'],
    ],
    [
      'in a known set, in a new holder, by its Type',
      { AiAnalysisResultSet: [{ Type: 'Shine', CoverTask: null, ShineTask: FAIL }] },
      ['AiAnalysisResultSet.Shine'],
    ],
    [
      'in a known set, deeper',
      { AiAnalysisResultSet: [{ Type: 'Shine', New: { Deep: FAIL } }] },
      ['AiAnalysisResultSet.New.Shine'],
    ],
    [
      'in a known set, beside a known holder',
      { MediaProcessResultSet: [{ TranscodeTask: FAIL, ShineTask: FAIL }] },
      ['Transcode', 'MediaProcessResultSet.ShineTask'],
    ],
    [
      'in a known set, being the element itself',
      { MediaProcessResultSet: [{ Type: 'Transcode', Status: 'FAIL' }] },
      ['MediaProcessResultSet.Transcode'],
    ],
    ['named like a kind we know', { Transcode: FAIL }, ['Transcode']],
    ['named like what every object has', JSON.parse('{"__proto__":{"Status":"FAIL"}}'), ['__proto__']],
    ['named like another thing every object has', { constructor: FAIL, toString: FAIL }, ['constructor', 'toString']],
  ])('is a subtask: %s', (_, members, kinds) => {
    expect(
      found(
        JSON.parse(
          JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: null }).replace('null', withTask(members)),
        ),
      ),
    ).toEqual(failed(...kinds));
  });

  test.each([
    [
      'in an activity',
      [{ ActivityType: 'Shine', ActivityResItem: { ShineTask: FAIL } }],
      ['ActivityResultSet.ActivityResItem.Shine'],
    ],
    [
      'in an activity without a type',
      [{ ActivityResItem: { ShineTask: FAIL } }],
      ['ActivityResultSet.ActivityResItem.ShineTask'],
    ],
    [
      'beside an activity',
      [{ ActivityResItem: { TranscodeTask: FAIL }, Extra: FAIL }],
      ['Transcode', 'ActivityResultSet.Extra'],
    ],
    ['being the activity', [{ ActivityType: 'Shine', Status: 'FAIL' }], ['ActivityResultSet.Shine']],
    [
      'in an item that is an array of which not all is an object',
      [{ ActivityResItem: ['x', null, 5, { ShineTask: FAIL }] }],
      ['ActivityResultSet.ActivityResItem.ShineTask'],
    ],
    ['being the item', [{ ActivityType: 'Shine', ActivityResItem: FAIL }], ['ActivityResultSet.Shine']],
    [
      'on the second level',
      [{ ActivityResItem: { AnalysisTask: { Status: 'FAIL', Output: [{ Type: 'Shine', ShineTask: FAIL }] } } }],
      ['AiAnalysis', 'Output.Shine'],
    ],
  ])('is a subtask: %s', (_, activities, kinds) => {
    expect(found(schedule(activities as never))).toEqual(failed(...kinds));
  });

  test('stands below its parent on the second level', () => {
    const parent = { Status: 'SUCCESS', Output: [{ Type: 'Shine', ShineTask: FAIL }] };
    const events = interpret(notificationWith(schedule([{ ActivityResItem: { AnalysisTask: parent } }])));
    expect(events.map(({ data }) => (data as { key?: string }).key)).toContain('AiAnalysis::/Output.Shine::');
  });

  test('is found in an EditMedia task', () => {
    expect(found({ EventType: 'EditMediaTask', EditMediaTaskEvent: { TaskId: 't', NewTask: FAIL } })).toEqual(
      failed('NewTask'),
    );
  });

  test.each([
    ['no Status', { A: { State: 'FAIL' } }],
    ['an empty Status', { A: { Status: '' }, B: { Status: 0 }, C: { Status: {} } }],
    ['five members deep', { A: { B: { C: { D: { E: FAIL } } } } }],
    ['in Input', { A: { Input: { B: FAIL } }, Input: FAIL }],
    ['in InputInfo', { InputInfo: { A: FAIL } }],
    ['in MetaData', { MetaData: { A: FAIL } }],
    ['inside a known holder', { SmartEraseTaskResult: {} }],
  ])('is none: %s', (_, members) => {
    expect(found(workflow(members))).toEqual([]);
  });

  test.each([
    ['SUCCESS', 'subtask.succeeded'],
    ['PROCESSING', 'subtask.started'],
    ['WAITING', 'subtask.queued'],
    ['FINISH', 'subtask.reported'],
    ['fail', 'subtask.failed'],
    ['Success', 'subtask.succeeded'],
    ['Error', 'subtask.failed'],
    ['FAILED', 'subtask.reported'],
    [5, 'subtask.reported'],
    [['FAIL'], 'subtask.reported'],
    [{ a: 1 }, 'subtask.reported'],
    [true, 'subtask.reported'],
  ])('with Status %j is a %s', (Status, type) => {
    expect(found(workflow({ New: { Status } }))).toEqual([[type, 'New']]);
  });
});

describe('an element of a result set without a holder', () => {
  test.each([
    ['of a Type we know', { MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: null }] }, 'Transcode'],
    ['of another spelling', { MediaProcessResultSet: [{ Type: 'ImageSprite', ImageSpriteTask: {} }] }, 'ImageSprites'],
    ['of a Type without a member', { MediaProcessResultSet: [{ Type: 'CoverBySnapshot' }] }, 'CoverBySnapshot'],
    ['of a Type we do not know', { AiAnalysisResultSet: [{ Type: 'Shine' }] }, 'AiAnalysisResultSet.Shine'],
    [
      'whose holder is no object',
      { MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: 'FAIL' }] },
      'Transcode',
    ],
    [
      'of an activity we do not know',
      { ActivityResultSet: [{ ActivityType: 'Shine' }] },
      'ActivityResultSet.ActivityResItem.Shine',
    ],
  ])('%s is reported', (_, members, kind) => {
    expect(found(workflow(members))).toEqual([['subtask.reported', kind]]);
  });

  test('and with a new holder is one kind', () => {
    const bare = found(workflow({ MediaProcessResultSet: [{ Type: 'Shine', ShineTask: null }] }));
    const held = found(workflow({ MediaProcessResultSet: [{ Type: 'Shine', ShineTask: FAIL }] }));
    expect(bare.map(([, kind]) => kind)).toEqual(held.map(([, kind]) => kind));
  });
});

describe('the mark unread-element', () => {
  const marks = (members: object) =>
    (interpret(notificationWith(workflow(members as never))).at(-1)!.data as { marks?: string[] }).marks;

  test.each([
    ['a scalar in place of a set', { MediaProcessResultSet: 'FAIL' }],
    ['a scalar in a set', { MediaProcessResultSet: [1] }],
    ['a scalar in place of an object', { SmartEraseTaskResult: 'FAIL' }],
    ['an element that says neither Type nor Status', { AiAnalysisResultSet: [{ Result: 'FAIL' }] }],
    ['a Type that is no text', { AiAnalysisResultSet: [{ Type: 5 }] }],
  ])('is set for %s', (_, members) => {
    expect(marks(members)).toEqual(['unread-element']);
  });

  test.each([
    ['nothing', {}],
    ['empty places', { MediaProcessResultSet: [null, {}, '', 0, []], SmartEraseTaskResult: [null] }],
    ['what was read', { MediaProcessResultSet: [{ TranscodeTask: FAIL }] }],
    ['what was read by its Type alone', { MediaProcessResultSet: [{ Type: 'Transcode' }, { Type: 'Shine' }] }],
  ])('is not set for %s', (_, members) => {
    expect(marks(members)).toBeUndefined();
  });
});

/** As text, since an object literal cannot have a member `__proto__`. */
function withTask(members: object): string {
  return JSON.stringify(members).replace('{', '{"TaskId":"t-1","Status":"FINISH",');
}
