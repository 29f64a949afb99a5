import { describeTask, fold, initialState } from '@mps-ledger/tasks';
import type { TaskView } from '@mps-ledger/tasks';

import { interpret } from '../interpret';
import type { JsonObject } from '../document/json';
import { notificationWith, schedule, workflow } from '../testing/notification';

const answerOf = (...bodies: readonly JsonObject[]): TaskView => {
  const events = bodies.flatMap((body) => interpret(notificationWith(body))).filter(({ data }) => 'task_id' in data);
  return describeTask(fold(initialState, events), 0);
};

/** Kind, status and output of each subtask, by key. */
const shown = (body: JsonObject) =>
  Object.fromEntries(answerOf(body).subtasks.map(({ key, status, output }) => [key, [status, output]]));

const subtitles = (Type: string, holder: string, Output: JsonObject, Status = 'SUCCESS'): JsonObject =>
  workflow({ SmartSubtitlesTaskResult: [{ Type, [holder]: { Status, Input: { Definition: 7 }, Output } }] });

describe('results by language', () => {
  const results: JsonObject[] = [
    { Status: 'Success', TransSrc: 'zh', TransDst: 'en', Path: '/en.vtt', SubtitleFileId: '' },
    { Status: 'Error', TransSrc: 'zh', TransDst: 'ja', Path: '' },
  ];

  test.each([
    ['PureSubtitleTrans', 'PureSubtitleTransTask'],
    ['TransTextRecognition', 'TransTextTask'],
  ])('of %s are subtasks of their own, with source>target as their definition', (Type, holder) => {
    const body = subtitles(Type, holder, { OutputStorage: { Type: 'COS' }, SubtitleResults: results });
    const parent = `SmartSubtitles.${Type}:7:`;
    expect(shown(body)).toEqual({
      [parent]: ['succeeded', { OutputStorage: { Type: 'COS' } }],
      [`${parent}/SubtitleResults:zh>en:`]: [
        'succeeded',
        { Path: '/en.vtt', SubtitleFileId: '', TransDst: 'en', TransSrc: 'zh' },
      ],
      [`${parent}/SubtitleResults:zh>ja:`]: ['failed', { Path: '', TransDst: 'ja', TransSrc: 'zh' }],
    });
    const answer = answerOf(body);
    expect(answer.outcome).toBe('partially-failed');
    expect(answer.subtasks.find(({ status }) => status === 'failed')).toMatchObject({
      kind: 'SubtitleResults',
      definition: 'zh>ja',
    });
  });

  test.each([
    ['all failed', [{ Status: 'error', TransDst: 'ja' }], 'failed'],
    ['all succeeded', [{ Status: 'SUCCESS', TransDst: 'ja' }], 'succeeded'],
    ['one without a word', [{ Status: '', TransDst: 'ja' }], 'succeeded'],
    ['one with a word that nobody knows', [{ Status: 'kept', TransDst: 'ja' }], 'undetermined'],
    ['an object in place of an array', { Status: 'Error', TransDst: 'ja' }, 'failed'],
    [
      'two of one language',
      [
        { Status: 'Success', TransDst: 'ja' },
        { Status: 'Error', TransDst: 'ja' },
      ],
      'partially-failed',
    ],
  ])('%s', (_, SubtitleResults, outcome) => {
    expect(answerOf(subtitles('PureSubtitleTrans', 'PureSubtitleTransTask', { SubtitleResults })).outcome).toBe(
      outcome,
    );
  });

  test.each([
    ['OcrFullTextRecognition', 'OcrFullTextTask', 'RecognizeSubtitleResult'],
    ['OcrFullTextRecognition', 'OcrFullTextTask', 'TransSubtitleResult'],
    ['AsrFullTextRecognition', 'AsrFullTextTask', 'SubtitleInfo'],
  ])('of %s in %3$s are subtasks where their word is known', (Type, holder, member) => {
    const kinds = (Status: string) =>
      answerOf(subtitles(Type, holder, { [member]: { Status, Language: 'en' } })).subtasks.map(({ key }) => key);
    expect(kinds('fail')).toEqual([`SmartSubtitles.${Type}:7:`, `SmartSubtitles.${Type}:7:/${member}:en:`]);
    expect(kinds('kept')).toEqual([`SmartSubtitles.${Type}:7:`]);
  });

  test('are below an activity of subtitles too', () => {
    const item = { PureSubtitleTransTask: { Status: 'SUCCESS', Output: { SubtitleResults: results } } };
    const body = schedule([
      {
        ActivityResItem: {
          SmartSubtitlesTask: { Status: 'SUCCESS', Output: [{ Type: 'PureSubtitleTrans', ...item }] },
        },
      },
    ]);
    expect(answerOf(body)).toMatchObject({ outcome: 'partially-failed' });
    expect(Object.keys(shown(body)).at(-1)).toBe(
      'SmartSubtitles::/SmartSubtitles.PureSubtitleTrans::/SubtitleResults:zh>ja:',
    );
  });
});

describe('an object with a Status below an unknown holder', () => {
  test.each<[string, JsonObject]>([
    ['in its Output', { NewAiTask: { Status: 'SUCCESS', Output: [{ XTask: { Status: 'FAIL' } }] } }],
    ['beside its Output', { NewResult: { Status: 'SUCCESS', Parts: [{ Status: 'FAIL' }] } }],
    [
      'deep in it',
      { New: { Status: 'SUCCESS', Output: { A: { B: { C: { D: { E: { F: { Status: 'Error' } } } } } } } } },
    ],
    [
      'below one that succeeded',
      { New: { Status: 'SUCCESS', Parts: [{ Status: 'SUCCESS', Bits: [{ Status: 'FAIL' }] }] } },
    ],
    [
      'in a known set',
      { MediaProcessResultSet: [{ Type: 'New', NewTask: { Status: 'SUCCESS', Parts: { Status: 'FAIL' } } }] },
    ],
    [
      'below a known holder',
      { MediaProcessResultSet: [{ TranscodeTask: { Status: 'SUCCESS', Output: { Parts: [{ Status: 'FAIL' }] } } }] },
    ],
    [
      'beside the Output of a known holder',
      { SmartEraseTaskResult: { Status: 'SUCCESS', Parts: [{ Status: 'fail' }] } },
    ],
  ])('%s, that failed, is no success', (_, members) => {
    expect(['failed', 'partially-failed']).toContain(answerOf(workflow(members)).outcome);
  });

  test('in the second level of an activity, that failed, is no success', () => {
    const elements: JsonObject[] = [
      { Type: 'Cover', CoverTask: { Status: 'SUCCESS', Output: { Parts: [{ Status: 'FAIL' }] } } },
      { Type: 'Shine', ShineTask: { Status: 'SUCCESS', Output: [{ X: { Status: 'FAIL' } }] } },
      { A: { B: { C: { D: { E: { Status: 'FAIL' } } } } } },
    ];
    for (const element of elements) {
      const activity = { AnalysisTask: { Status: 'SUCCESS', Output: [element] } };
      expect(['failed', 'partially-failed']).toContain(answerOf(schedule([{ ActivityResItem: activity }])).outcome);
    }
  });

  test('is a child of the outermost, with its own element as its output', () => {
    const part = {
      Status: 'FAIL',
      ErrCode: 7,
      Message: 'm',
      Progress: 3,
      Input: { Definition: 5 },
      Path: '/p',
      Size: 0,
    };
    const body = workflow({
      New: { Status: 'SUCCESS', Output: { Kept: 0, Parts: [{ Status: 'SUCCESS', In: part }] } },
    });
    expect(shown(body)).toEqual({
      'New::': ['succeeded', { Kept: 0 }],
      'New::/Output.Parts::': ['succeeded', null],
      'New::/Output.Parts.In:5:': ['failed', { Path: '/p', Size: 0 }],
    });
  });

  test('is none in what it was given, nor in metadata', () => {
    const closed = { Input: { A: { Status: 'FAIL' } }, InputInfo: { Status: 'FAIL' }, MetaData: { Status: 'FAIL' } };
    expect(Object.keys(shown(workflow({ New: { Status: 'SUCCESS', ...closed } })))).toHaveLength(1);
  });
});

describe('the output of what has a second level', () => {
  const output = (Output: JsonObject[]) =>
    answerOf(schedule([{ ActivityResItem: { ReviewTask: { Status: 'SUCCESS', Output } } }])).subtasks[0]!.output;
  const porn = { Type: 'Porn', PornTask: { Status: 'SUCCESS', Output: { Confidence: 0 } } };

  test('is what is left beside it', () => {
    expect(output([porn, { Type: 'Terrorism', TerrorismTask: null }])).toBeNull();
    expect(output([{ ...porn, SampleRate: 1, Duration: 0 }])).toEqual([{ Duration: 0, SampleRate: 1, Type: 'Porn' }]);
    expect(output([porn, { Nothing: 2 }])).toEqual([{ Nothing: 2 }]);
    expect(output([])).toEqual([]);
  });
});

describe('an empty holder', () => {
  test.each<[string, JsonObject]>([
    ['an empty object in an array', { AiQualityControlTaskResult: [{}] }],
    ['only defaults', { SmartEraseTaskResult: { Status: '', Input: { Definition: 0 }, Progress: 0 } }],
    ['in a set, without a Type', { MediaProcessResultSet: [{ TranscodeTask: { Status: '' } }, { Type: '' }] }],
  ])('makes no subtask: %s', (_, members) => {
    expect(shown(workflow(members))).toEqual({});
  });

  test('is known by the Type beside it', () => {
    const body = workflow({ MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: { Status: '', Input: {} } }] });
    expect(shown(body)).toEqual({ 'Transcode::': ['unknown', null] });
  });
});
