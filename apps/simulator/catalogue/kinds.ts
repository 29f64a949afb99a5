/**
 * All kinds of subtasks in the vendor's data types (API version 2019-06-12: WorkflowTask, MediaProcessTaskResult,
 * AiContentReviewResult, AiAnalysisResult, AiRecognitionResult, SmartSubtitlesResult, ActivityResItem): the member that contains
 * them, and which of the common members their result type has.
 */

export type SetName =
  | 'MediaProcessResultSet'
  | 'AiContentReviewResultSet'
  | 'AiAnalysisResultSet'
  | 'AiRecognitionResultSet'
  | 'SmartSubtitlesTaskResult'
  | 'AiQualityControlTaskResult'
  | 'SmartEraseTaskResult'
  | 'ActivityResultSet';

/** The template of Input and Output. */
export type TemplateName =
  | 'transcode'
  | 'animated-graphics'
  | 'snapshots'
  | 'sample-snapshots'
  | 'sprites'
  | 'adaptive'
  | 'review'
  | 'analysis'
  | 'recognition'
  | 'subtitles'
  | 'quality'
  | 'erase'
  | 'rule'
  | 'unknown'
  | 'language';

export interface Kind {
  /** The kind in answers of `GET /v1/tasks/{id}`. */
  readonly kind: string;
  readonly set: SetName | 'unknown';
  /** The Type beside it, in the vendor's spellings; the first is the listed one. */
  readonly types: readonly string[];
  /** The member that holds it. */
  readonly holder: string;
  readonly shape: TemplateName;
  readonly errCode: boolean;
  readonly errCodeExt: boolean;
  readonly progress: boolean;
  /** BeginProcessTime and FinishTime. */
  readonly times: boolean;
  /** For a kind of two levels: the kinds below it. */
  readonly below?: readonly Kind[];
  /** The form of the second level in its Output: elements of a result set, or a member with results by language or parts. */
  readonly belowAs?: 'elements' | 'languages' | 'parts';
}

/** The columns of the vendor's table: c ErrCode, x ErrCodeExt, p Progress, t BeginProcessTime and FinishTime. */
function row(
  set: Kind['set'],
  kind: string,
  types: readonly string[],
  holder: string,
  shape: TemplateName,
  columns: string,
) {
  const has = (column: string): boolean => columns.includes(column);
  const flags = { errCode: has('c'), errCodeExt: has('x'), progress: has('p'), times: has('t') };
  return { set, kind, types, holder, shape, ...flags } satisfies Kind;
}

type MediaRow = readonly [type: string, holder: string, shape: TemplateName, columns: string, alias?: string];

const MEDIA_ROWS: readonly MediaRow[] = [
  ['Transcode', 'TranscodeTask', 'transcode', 'xcp'],
  ['AnimatedGraphics', 'AnimatedGraphicTask', 'animated-graphics', 'xct'],
  ['SnapshotByTimeOffset', 'SnapshotByTimeOffsetTask', 'snapshots', 'xct'],
  ['SampleSnapshot', 'SampleSnapshotTask', 'sample-snapshots', 'xct'],
  ['ImageSprites', 'ImageSpriteTask', 'sprites', 'xct', 'ImageSprite'],
  ['AdaptiveDynamicStreaming', 'AdaptiveDynamicStreamingTask', 'adaptive', 'xct'],
];

const mediaIn = (set: SetName): readonly Kind[] =>
  MEDIA_ROWS.map(([type, holder, shape, columns, alias]) =>
    row(set, type, alias === undefined ? [type] : [type, alias], holder, shape, columns),
  );

function ai(set: SetName, prefix: string, shape: TemplateName, rows: readonly (readonly [string, string, string])[]) {
  return rows.map(([type, holder, columns]) => row(set, `${prefix}.${type}`, [type], holder, shape, columns));
}

export const MEDIA: readonly Kind[] = mediaIn('MediaProcessResultSet');

export const REVIEW: readonly Kind[] = ai('AiContentReviewResultSet', 'AiContentReview', 'review', [
  ['Porn', 'PornTask', 'xc'],
  ['Terrorism', 'TerrorismTask', 'xc'],
  ['Political', 'PoliticalTask', 'xc'],
  ['Porn.Asr', 'PornAsrTask', 'xc'],
  ['Porn.Ocr', 'PornOcrTask', 'xc'],
  ['Political.Asr', 'PoliticalAsrTask', 'xc'],
  ['Political.Ocr', 'PoliticalOcrTask', 'xc'],
  ['Terrorism.Ocr', 'TerrorismOcrTask', 'xc'],
  ['Prohibited.Asr', 'ProhibitedAsrTask', 'xc'],
  ['Prohibited.Ocr', 'ProhibitedOcrTask', 'xc'],
]);

export const ANALYSIS: readonly Kind[] = ai('AiAnalysisResultSet', 'AiAnalysis', 'analysis', [
  ['Classification', 'ClassificationTask', 'xc'],
  ['Cover', 'CoverTask', 'xc'],
  ['Tag', 'TagTask', 'xc'],
  ['FrameTag', 'FrameTagTask', 'xc'],
  ['Highlight', 'HighlightTask', 'c'],
  ['DeLogo', 'DeLogoTask', 'c'],
  ['SegmentRecognition', 'SegmentTask', 'c'],
  ['HeadTailRecognition', 'HeadTailTask', 'c'],
  ['Description', 'DescriptionTask', 'c'],
  ['HorizontalToVertical', 'HorizontalToVerticalTask', 'c'],
  ['Dubbing', 'DubbingTask', 'c'],
  ['VideoRemake', 'VideoRemakeTask', 'c'],
  ['VideoComprehension', 'VideoComprehensionTask', 'xcpt'],
  ['Cutout', 'CutoutTask', 'xpt'],
  ['Reel', 'ReelTask', 'xcpt'],
]);

export const RECOGNITION: readonly Kind[] = ai('AiRecognitionResultSet', 'AiRecognition', 'recognition', [
  ['FaceRecognition', 'FaceTask', 'xc'],
  ['AsrWordsRecognition', 'AsrWordsTask', 'xc'],
  ['AsrFullTextRecognition', 'AsrFullTextTask', 'xcp'],
  ['OcrWordsRecognition', 'OcrWordsTask', 'xc'],
  ['OcrFullTextRecognition', 'OcrFullTextTask', 'xc'],
  ['TransTextRecognition', 'TransTextTask', 'xcp'],
  ['ObjectRecognition', 'ObjectTask', 'c'],
]);

/** SubtitleTransResultItem: the result of a translation into one language, Success or Error. */
const LANGUAGE = row('unknown', 'SubtitleResults', [], 'SubtitleResults', 'language', '');

export const SUBTITLES: readonly Kind[] = ai('SmartSubtitlesTaskResult', 'SmartSubtitles', 'subtitles', [
  ['AsrFullTextRecognition', 'AsrFullTextTask', 'xcp'],
  ['TransTextRecognition', 'TransTextTask', 'xcp'],
  ['PureSubtitleTrans', 'PureSubtitleTransTask', 'xcp'],
  ['OcrFullTextRecognition', 'OcrFullTextTask', 'xcp'],
]).map((kind) => (/Trans/.test(kind.kind) ? { ...kind, below: [LANGUAGE], belowAs: 'languages' as const } : kind));

const QUALITY = row(
  'AiQualityControlTaskResult',
  'AiQualityControl',
  [],
  'AiQualityControlTaskResult',
  'quality',
  'xcp',
);
const ERASE = row('SmartEraseTaskResult', 'SmartErase', [], 'SmartEraseTaskResult', 'erase', 'xpt');

/** Kinds that a workflow task's body contains as a single object. */
export const SINGLE: readonly Kind[] = [QUALITY, ERASE];

const activity = (kind: string, type: string, holder: string, shape: TemplateName, columns: string): Kind =>
  row('ActivityResultSet', kind, [type, kind], holder, shape, columns);
const twoLevels = (kind: Kind, below: readonly Kind[]): Kind => ({ ...kind, below, belowAs: 'elements' });

export const ACTIVITIES: readonly Kind[] = [
  ...mediaIn('ActivityResultSet'),
  twoLevels(activity('AiRecognition', 'AIRecognition', 'RecognitionTask', 'recognition', 'xct'), RECOGNITION),
  twoLevels(activity('AiContentReview', 'AiContentReview', 'ReviewTask', 'review', 'xct'), REVIEW),
  twoLevels(activity('AiAnalysis', 'AIAnalysis', 'AnalysisTask', 'analysis', 'xct'), ANALYSIS),
  twoLevels(activity('SmartSubtitles', 'SmartSubtitles', 'SmartSubtitlesTask', 'subtitles', 'xct'), SUBTITLES),
  activity('AiQualityControl', 'AiQualityControl', 'QualityControlTask', 'quality', 'xcp'),
  activity('SmartErase', 'SmartErase', 'SmartEraseTask', 'erase', 'xpt'),
  activity('ExecRule', 'ExecRule', 'ExecRuleTask', 'rule', 'x'),
];

/** Result sets of a workflow task's body: each element contains one subtask, in the member named by its Type. */
export const WORKFLOW_SETS: readonly (readonly Kind[])[] = [MEDIA, REVIEW, ANALYSIS, RECOGNITION, SUBTITLES];

/** All kinds of a task's first level. */
export const WORKFLOW_KINDS: readonly Kind[] = [...WORKFLOW_SETS.flat(), ...SINGLE];
