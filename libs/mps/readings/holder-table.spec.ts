import type { TaskEvent } from '@mps-ledger/tasks';

import { interpret } from '../interpret';
import type { JsonObject } from '../document/json';
import { notificationWith, schedule, workflow } from '../testing/notification';

type Found = [type: string, kind: string, definition: string | undefined];

const events = (body: JsonObject): readonly TaskEvent[] =>
  interpret(notificationWith(body)).filter((event) => event.type.startsWith('subtask.'));
const found = (body: JsonObject): Found[] =>
  events(body).map(({ type, data }) => {
    const { kind, definition } = data as { kind: string; definition?: string };
    return [type, kind, definition];
  });
const keys = (body: JsonObject): string[] => events(body).map(({ data }) => (data as { key: string }).key);

/** Every kind a result set of a workflow task can hold: set, Type, holder, kind. */
const WORKFLOW_KINDS: [string, string, string, string][] = [
  ['MediaProcessResultSet', 'Transcode', 'TranscodeTask', 'Transcode'],
  ['MediaProcessResultSet', 'AnimatedGraphics', 'AnimatedGraphicTask', 'AnimatedGraphics'],
  ['MediaProcessResultSet', 'SnapshotByTimeOffset', 'SnapshotByTimeOffsetTask', 'SnapshotByTimeOffset'],
  ['MediaProcessResultSet', 'SampleSnapshot', 'SampleSnapshotTask', 'SampleSnapshot'],
  ['MediaProcessResultSet', 'ImageSprites', 'ImageSpriteTask', 'ImageSprites'],
  ['MediaProcessResultSet', 'ImageSprite', 'ImageSpriteTask', 'ImageSprites'],
  ['MediaProcessResultSet', 'AdaptiveDynamicStreaming', 'AdaptiveDynamicStreamingTask', 'AdaptiveDynamicStreaming'],
  ['MediaProcessResultSet', 'CoverBySnapshot', 'CoverBySnapshotTask', 'CoverBySnapshot'],
  ['AiContentReviewResultSet', 'Porn', 'PornTask', 'AiContentReview.Porn'],
  ['AiContentReviewResultSet', 'Terrorism', 'TerrorismTask', 'AiContentReview.Terrorism'],
  ['AiContentReviewResultSet', 'Political', 'PoliticalTask', 'AiContentReview.Political'],
  ['AiContentReviewResultSet', 'Porn.Asr', 'PornAsrTask', 'AiContentReview.Porn.Asr'],
  ['AiContentReviewResultSet', 'Porn.Ocr', 'PornOcrTask', 'AiContentReview.Porn.Ocr'],
  ['AiContentReviewResultSet', 'Political.Asr', 'PoliticalAsrTask', 'AiContentReview.Political.Asr'],
  ['AiContentReviewResultSet', 'Political.Ocr', 'PoliticalOcrTask', 'AiContentReview.Political.Ocr'],
  ['AiContentReviewResultSet', 'Terrorism.Ocr', 'TerrorismOcrTask', 'AiContentReview.Terrorism.Ocr'],
  ['AiContentReviewResultSet', 'Prohibited.Asr', 'ProhibitedAsrTask', 'AiContentReview.Prohibited.Asr'],
  ['AiContentReviewResultSet', 'Prohibited.Ocr', 'ProhibitedOcrTask', 'AiContentReview.Prohibited.Ocr'],
  ['AiAnalysisResultSet', 'Classification', 'ClassificationTask', 'AiAnalysis.Classification'],
  ['AiAnalysisResultSet', 'Cover', 'CoverTask', 'AiAnalysis.Cover'],
  ['AiAnalysisResultSet', 'Tag', 'TagTask', 'AiAnalysis.Tag'],
  ['AiAnalysisResultSet', 'FrameTag', 'FrameTagTask', 'AiAnalysis.FrameTag'],
  ['AiAnalysisResultSet', 'Highlight', 'HighlightTask', 'AiAnalysis.Highlight'],
  ['AiAnalysisResultSet', 'DeLogo', 'DeLogoTask', 'AiAnalysis.DeLogo'],
  ['AiAnalysisResultSet', 'SegmentRecognition', 'SegmentTask', 'AiAnalysis.SegmentRecognition'],
  ['AiAnalysisResultSet', 'HeadTailRecognition', 'HeadTailTask', 'AiAnalysis.HeadTailRecognition'],
  ['AiAnalysisResultSet', 'Description', 'DescriptionTask', 'AiAnalysis.Description'],
  ['AiAnalysisResultSet', 'HorizontalToVertical', 'HorizontalToVerticalTask', 'AiAnalysis.HorizontalToVertical'],
  ['AiAnalysisResultSet', 'Dubbing', 'DubbingTask', 'AiAnalysis.Dubbing'],
  ['AiAnalysisResultSet', 'VideoRemake', 'VideoRemakeTask', 'AiAnalysis.VideoRemake'],
  ['AiAnalysisResultSet', 'VideoComprehension', 'VideoComprehensionTask', 'AiAnalysis.VideoComprehension'],
  ['AiAnalysisResultSet', 'Cutout', 'CutoutTask', 'AiAnalysis.Cutout'],
  ['AiAnalysisResultSet', 'Reel', 'ReelTask', 'AiAnalysis.Reel'],
  ['AiRecognitionResultSet', 'FaceRecognition', 'FaceTask', 'AiRecognition.FaceRecognition'],
  ['AiRecognitionResultSet', 'AsrWordsRecognition', 'AsrWordsTask', 'AiRecognition.AsrWordsRecognition'],
  ['AiRecognitionResultSet', 'AsrFullTextRecognition', 'AsrFullTextTask', 'AiRecognition.AsrFullTextRecognition'],
  ['AiRecognitionResultSet', 'OcrWordsRecognition', 'OcrWordsTask', 'AiRecognition.OcrWordsRecognition'],
  ['AiRecognitionResultSet', 'OcrFullTextRecognition', 'OcrFullTextTask', 'AiRecognition.OcrFullTextRecognition'],
  ['AiRecognitionResultSet', 'TransTextRecognition', 'TransTextTask', 'AiRecognition.TransTextRecognition'],
  ['AiRecognitionResultSet', 'ObjectRecognition', 'ObjectTask', 'AiRecognition.ObjectRecognition'],
  ['SmartSubtitlesTaskResult', 'AsrFullTextRecognition', 'AsrFullTextTask', 'SmartSubtitles.AsrFullTextRecognition'],
  ['SmartSubtitlesTaskResult', 'TransTextRecognition', 'TransTextTask', 'SmartSubtitles.TransTextRecognition'],
  ['SmartSubtitlesTaskResult', 'PureSubtitleTrans', 'PureSubtitleTransTask', 'SmartSubtitles.PureSubtitleTrans'],
  ['SmartSubtitlesTaskResult', 'OcrFullTextRecognition', 'OcrFullTextTask', 'SmartSubtitles.OcrFullTextRecognition'],
];

describe.each(WORKFLOW_KINDS)('%s of Type %s', (set, Type, holder, kind) => {
  const result = (Status: string): JsonObject => ({ Status, Input: { Definition: 10 } });

  test.each([
    ['WAITING', 'subtask.queued'],
    ['PROCESSING', 'subtask.started'],
    ['SUCCESS', 'subtask.succeeded'],
    ['FAIL', 'subtask.failed'],
  ])(`in ${holder} with Status %s is a ${kind}`, (Status, type) => {
    expect(found(workflow({ [set]: [{ Type, [holder]: result(Status) }] }))).toEqual([[type, kind, '10']]);
  });

  test('is known by its holder, without or against its Type', () => {
    const failed: Found[] = [['subtask.failed', kind, '10']];
    expect(found(workflow({ [set]: [{ [holder]: result('FAIL') }] }))).toEqual(failed);
    expect(found(workflow({ [set]: [{ Type: 'Other', [holder]: result('FAIL') }] }))).toEqual(failed);
  });

  test('is known by its Type where the holder is null', () => {
    expect(found(workflow({ [set]: [{ Type, [holder]: null }] }))).toEqual([['subtask.reported', kind, undefined]]);
  });

  test('is read where the set is an object, and where the holder is an array', () => {
    const failed: Found[] = [['subtask.failed', kind, '10']];
    expect(found(workflow({ [set]: { Type, [holder]: result('FAIL') } }))).toEqual(failed);
    expect(found(workflow({ [set]: [[{ Type, [holder]: [null, result('FAIL')] }]] }))).toEqual(failed);
  });
});

describe.each([
  ['AiQualityControlTaskResult', 'AiQualityControl'],
  ['SmartEraseTaskResult', 'SmartErase'],
])('%s', (member, kind) => {
  test('is one subtask', () => {
    const result = { Status: 'FAIL', Input: { Definition: 60 } };
    expect(found(workflow({ [member]: result }))).toEqual([['subtask.failed', kind, '60']]);
  });

  test('is several subtasks where it is an array', () => {
    expect(
      found(workflow({ [member]: [{ Status: 'FAIL' }, null, { Status: 'SUCCESS', Input: { Definition: 2 } }] })),
    ).toEqual([
      ['subtask.failed', kind, undefined],
      ['subtask.succeeded', kind, '2'],
    ]);
  });

  test('without a Status is reported', () => {
    expect(found(workflow({ [member]: { Input: { Definition: 2 } } }))).toEqual([['subtask.reported', kind, '2']]);
  });
});

/** Every kind of activity: spelled ActivityType, holder, kind. */
const ACTIVITIES: [string, string, string][] = [
  ['Transcode', 'TranscodeTask', 'Transcode'],
  ['AnimatedGraphics', 'AnimatedGraphicTask', 'AnimatedGraphics'],
  ['SnapshotByTimeOffset', 'SnapshotByTimeOffsetTask', 'SnapshotByTimeOffset'],
  ['SampleSnapshot', 'SampleSnapshotTask', 'SampleSnapshot'],
  ['ImageSprites', 'ImageSpriteTask', 'ImageSprites'],
  ['ImageSprite', 'ImageSpriteTask', 'ImageSprites'],
  ['AdaptiveDynamicStreaming', 'AdaptiveDynamicStreamingTask', 'AdaptiveDynamicStreaming'],
  ['AIRecognition', 'RecognitionTask', 'AiRecognition'],
  ['AiRecognition', 'RecognitionTask', 'AiRecognition'],
  ['AiContentReview', 'ReviewTask', 'AiContentReview'],
  ['AIAnalysis', 'AnalysisTask', 'AiAnalysis'],
  ['AiAnalysis', 'AnalysisTask', 'AiAnalysis'],
  ['AiQualityControl', 'QualityControlTask', 'AiQualityControl'],
  ['ExecRule', 'ExecRuleTask', 'ExecRule'],
  ['SmartSubtitles', 'SmartSubtitlesTask', 'SmartSubtitles'],
  ['SmartErase', 'SmartEraseTask', 'SmartErase'],
];

describe.each(ACTIVITIES)('activity %s', (ActivityType, holder, kind) => {
  const activity = (item: JsonObject | null): JsonObject => schedule([{ ActivityType, ActivityResItem: item }]);

  test(`in ${holder} is a ${kind}`, () => {
    const result = { Status: 'SUCCESS', Input: { Definition: 10 } };
    expect(found(activity({ [holder]: result }))).toEqual([['subtask.succeeded', kind, '10']]);
  });

  test('is known by its ActivityType where it holds nothing', () => {
    expect(found(activity(null))).toEqual([['subtask.reported', kind, undefined]]);
    expect(found(activity({ [holder]: null }))).toEqual([['subtask.reported', kind, undefined]]);
  });
});

const SECOND_LEVELS: [string, string, string][] = [
  ['RecognitionTask', 'AiRecognition', 'AiRecognitionResultSet'],
  ['ReviewTask', 'AiContentReview', 'AiContentReviewResultSet'],
  ['AnalysisTask', 'AiAnalysis', 'AiAnalysisResultSet'],
  ['SmartSubtitlesTask', 'SmartSubtitles', 'SmartSubtitlesTaskResult'],
];

describe.each(SECOND_LEVELS)('second level of %s', (holder, parent, set) => {
  const kindsOfSet = WORKFLOW_KINDS.filter(([ofSet]) => ofSet === set);
  const activity = (output: unknown): JsonObject =>
    schedule([{ ActivityResItem: { [holder]: { Status: 'SUCCESS', Output: output } } } as JsonObject]);

  test.each(kindsOfSet)(`%s of Type %s stands below ${parent}`, (_, Type, child, kind) => {
    const output = [{ Type, [child]: { Status: 'FAIL', Input: { Definition: 40 } } }];
    expect(keys(activity(output))).toEqual([`${parent}::`, `${parent}::/${kind}:40:`]);
    expect(found(activity(output))).toEqual([
      ['subtask.succeeded', parent, undefined],
      ['subtask.failed', kind, '40'],
    ]);
  });

  test('is not part of the output of the first', () => {
    const [, , child] = kindsOfSet[0]!;
    const succeeded = events(activity([{ [child]: { Status: 'SUCCESS', Output: { Path: '/x' } } }, null]));
    expect(succeeded.map((event) => (event.data as { output?: unknown }).output)).toEqual([undefined, { Path: '/x' }]);
  });

  test('leaves an output that holds anything else', () => {
    const output = [{ Type: 'Unread', Nothing: 1 }, { Nothing: 2 }];
    expect(events(activity(output)).map((event) => (event.data as { output?: unknown }).output)).toEqual([
      output,
      undefined,
    ]);
    expect(events(activity('text')).map((event) => (event.data as { output?: unknown }).output)).toEqual(['text']);
  });

  test('is read where the output is an object', () => {
    const [, , child, kind] = kindsOfSet[0]!;
    expect(keys(activity({ [child]: { Status: 'FAIL' } }))).toEqual([`${parent}::`, `${parent}::/${kind}::`]);
  });
});

/** What sets two subtasks of one kind apart: set, holder, members of Input. */
const KEY_MEMBERS: [string, string, string[]][] = [
  [
    'MediaProcessResultSet',
    'TranscodeTask',
    [
      'OutputObjectPath OutputStorage StartTimeOffset EndTimeOffset SegmentObjectName RawParameter OverrideParameter',
      'WatermarkSet MosaicSet BlindWatermark HeadTailParameter',
    ],
  ],
  ['MediaProcessResultSet', 'AnimatedGraphicTask', ['OutputObjectPath OutputStorage StartTimeOffset EndTimeOffset']],
  [
    'MediaProcessResultSet',
    'SnapshotByTimeOffsetTask',
    ['OutputObjectPath OutputStorage TimeOffsetSet ExtTimeOffsetSet WatermarkSet'],
  ],
  ['MediaProcessResultSet', 'SampleSnapshotTask', ['OutputObjectPath OutputStorage WatermarkSet']],
  ['MediaProcessResultSet', 'ImageSpriteTask', ['OutputObjectPath OutputStorage WebVttObjectName']],
  [
    'MediaProcessResultSet',
    'AdaptiveDynamicStreamingTask',
    ['OutputObjectPath OutputStorage SubStreamObjectName SegmentObjectName WatermarkSet BlindWatermark'],
  ],
  ['AiAnalysisResultSet', 'CoverTask', ['ExtendedParameter']],
  ['AiAnalysisResultSet', 'ReelTask', ['ExtendedParameter']],
  ['AiContentReviewResultSet', 'PornTask', []],
  ['AiRecognitionResultSet', 'FaceTask', []],
  ['SmartSubtitlesTaskResult', 'TransTextTask', ['UserExtPara RawParameter']],
  ['AiQualityControlTaskResult', '', ['ChannelExtPara']],
  ['SmartEraseTaskResult', '', ['OutputObjectPath OutputStorage RawParameter OverrideParameter']],
  ['ActivityResultSet', 'RecognitionTask', ['UserExtPara']],
  ['ActivityResultSet', 'ReviewTask', []],
  ['ActivityResultSet', 'AnalysisTask', ['ExtendedParameter']],
  ['ActivityResultSet', 'SmartSubtitlesTask', ['UserExtPara RawParameter OutputObjectPath OutputStorage']],
  ['ActivityResultSet', 'QualityControlTask', ['ChannelExtPara']],
  ['ActivityResultSet', 'SmartEraseTask', ['OutputObjectPath OutputStorage RawParameter OverrideParameter']],
];

const ALL_MEMBERS = [
  ...new Set(KEY_MEMBERS.flatMap(([, , lists]) => lists.flatMap((list) => list.split(' ')))),
  'Priority',
  'ObjectNumberFormat',
];

describe.each(KEY_MEMBERS)('the key of %s %s', (set, holder, lists) => {
  const keyOf = (Input: JsonObject): string => {
    const result = { Status: 'SUCCESS', Input };
    const element = holder === '' ? result : { [holder]: result };
    return keys(workflow({ [set]: [set === 'ActivityResultSet' ? { ActivityResItem: element } : element] }))[0]!;
  };
  const telling = lists.flatMap((list) => list.split(' '));

  test.each(['Definition', ...telling])('depends on %s', (member) => {
    expect(keyOf({ [member]: 'x' })).not.toBe(keyOf({ Other: 1 }));
    expect(keyOf({ [member]: 'x' })).not.toBe(keyOf({ [member]: 'y' }));
  });

  test.each(ALL_MEMBERS.filter((member) => !telling.includes(member)))('does not depend on %s', (member) => {
    expect(keyOf({ Definition: 1, [member]: 'x' })).toBe(keyOf({ Definition: 1 }));
  });
});

test('the key of CoverBySnapshot depends on its whole Input', () => {
  const keyOf = (Input: JsonObject) =>
    keys(workflow({ MediaProcessResultSet: [{ CoverBySnapshotTask: { Status: 'SUCCESS', Input } }] }))[0]!;
  expect(keyOf({ Definition: 1, Anything: 'a' })).not.toBe(keyOf({ Definition: 1, Anything: 'b' }));
  expect(keyOf({ Definition: 1, Anything: 'a' })).not.toBe(keyOf({ Definition: 1 }));
});

test('the key of ExecRule depends on its whole Input', () => {
  const keyOf = (Input: JsonObject) =>
    keys(schedule([{ ActivityResItem: { ExecRuleTask: { Status: 'SUCCESS', Input } } }]))[0]!;
  expect(keyOf({ Rules: ['a'] })).not.toBe(keyOf({ Rules: ['b'] }));
  expect(keyOf({ Rules: ['a'], Anything: 1 })).not.toBe(keyOf({ Rules: ['a'] }));
});
