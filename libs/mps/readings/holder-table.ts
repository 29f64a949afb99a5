import type { KeyMembers } from '../identity/subtask-key';

/**
 * The table of holders: which member of a task's body holds which kind of subtask, and which members distinguish two subtasks of
 * one kind (subtask-key.ts). After the vendor's data types WorkflowTask, ScheduleTask, MediaProcessTaskResult,
 * AiContentReviewResult, AiAnalysisResult, AiRecognitionResult, SmartSubtitlesResult, ActivityResult, ActivityResItem,
 * BatchSubTaskResult, LiveScheduleTask, LiveActivityResItem and ImageProcessTaskResult.
 * What all holders have in common (Status, ErrCode, ErrCodeExt, Message, Progress, Input, Output, times) is read by
 * subtask-findings.ts. A holder that is not here is found by unknown-holders.ts.
 */

export interface SubtaskKind {
  readonly kind: string;
  readonly keyMembers: KeyMembers;
  /** The second level, if Output is an array of results with a Status of their own. */
  readonly below?: ResultSet;
  /** Not in the table: found by its Status. */
  readonly unknown?: true;
  /** The member that has the error code as text, if it is not ErrCodeExt. */
  readonly codeMember?: 'ErrMsg';
}

/** A member whose elements hold one subtask each, in the holder named by their Type. */
export interface ResultSet {
  /** The member's name in the task's body, or in the parent subtask. */
  readonly path: string;
  /** The member of an element that contains the holders, if they are not in the element itself. */
  readonly within?: string;
  readonly holders: ReadonlyMap<string, SubtaskKind>;
  /** The kinds by Type, for elements whose holder is null. */
  readonly types: ReadonlyMap<string, SubtaskKind>;
}

interface Row extends SubtaskKind {
  readonly holder: string;
  /** The vendor's spellings of Type. */
  readonly types: readonly string[];
}

const media = (holder: string, type: string, keyMembers: KeyMembers, ...aliases: readonly string[]): Row => ({
  holder,
  kind: type,
  types: [type, ...aliases],
  keyMembers,
});

const MEDIA_PROCESS: readonly Row[] = [
  media('TranscodeTask', 'Transcode', [
    'OutputObjectPath',
    'OutputStorage',
    'StartTimeOffset',
    'EndTimeOffset',
    'SegmentObjectName',
    'RawParameter',
    'OverrideParameter',
    'WatermarkSet',
    'MosaicSet',
    'BlindWatermark',
    'HeadTailParameter',
  ]),
  media('AnimatedGraphicTask', 'AnimatedGraphics', [
    'OutputObjectPath',
    'OutputStorage',
    'StartTimeOffset',
    'EndTimeOffset',
  ]),
  media('SnapshotByTimeOffsetTask', 'SnapshotByTimeOffset', [
    'OutputObjectPath',
    'OutputStorage',
    'TimeOffsetSet',
    'ExtTimeOffsetSet',
    'WatermarkSet',
  ]),
  media('SampleSnapshotTask', 'SampleSnapshot', ['OutputObjectPath', 'OutputStorage', 'WatermarkSet']),
  media('ImageSpriteTask', 'ImageSprites', ['OutputObjectPath', 'OutputStorage', 'WebVttObjectName'], 'ImageSprite'),
  media('AdaptiveDynamicStreamingTask', 'AdaptiveDynamicStreaming', [
    'OutputObjectPath',
    'OutputStorage',
    'SubStreamObjectName',
    'SegmentObjectName',
    'WatermarkSet',
    'BlindWatermark',
  ]),
  // The vendor lists this Type without a member; the member's name is the one of VOD.
  media('CoverBySnapshotTask', 'CoverBySnapshot', 'whole-input'),
];

/** Rows of an AI result set: the kind is the set's name and the Type. */
function ai(set: string, keyMembers: KeyMembers, typeOfHolder: Readonly<Record<string, string>>): readonly Row[] {
  return Object.entries(typeOfHolder).map(([holder, type]) => ({
    holder,
    kind: `${set}.${type}`,
    types: [type],
    keyMembers,
  }));
}

// Stryker disable next-line ArrayDeclaration: no Input has a member of that name
const AI_CONTENT_REVIEW = ai('AiContentReview', [], {
  PornTask: 'Porn',
  TerrorismTask: 'Terrorism',
  PoliticalTask: 'Political',
  PornAsrTask: 'Porn.Asr',
  PornOcrTask: 'Porn.Ocr',
  PoliticalAsrTask: 'Political.Asr',
  PoliticalOcrTask: 'Political.Ocr',
  TerrorismOcrTask: 'Terrorism.Ocr',
  ProhibitedAsrTask: 'Prohibited.Asr',
  ProhibitedOcrTask: 'Prohibited.Ocr',
});

const AI_ANALYSIS = ai('AiAnalysis', ['ExtendedParameter'], {
  ClassificationTask: 'Classification',
  CoverTask: 'Cover',
  TagTask: 'Tag',
  FrameTagTask: 'FrameTag',
  HighlightTask: 'Highlight',
  DeLogoTask: 'DeLogo',
  SegmentTask: 'SegmentRecognition',
  HeadTailTask: 'HeadTailRecognition',
  DescriptionTask: 'Description',
  HorizontalToVerticalTask: 'HorizontalToVertical',
  DubbingTask: 'Dubbing',
  VideoRemakeTask: 'VideoRemake',
  VideoComprehensionTask: 'VideoComprehension',
  CutoutTask: 'Cutout',
  ReelTask: 'Reel',
});

// Stryker disable next-line ArrayDeclaration: no Input has a member of that name
const AI_RECOGNITION = ai('AiRecognition', [], {
  FaceTask: 'FaceRecognition',
  AsrWordsTask: 'AsrWordsRecognition',
  AsrFullTextTask: 'AsrFullTextRecognition',
  OcrWordsTask: 'OcrWordsRecognition',
  OcrFullTextTask: 'OcrFullTextRecognition',
  TransTextTask: 'TransTextRecognition',
  ObjectTask: 'ObjectRecognition',
});

const SMART_SUBTITLES = ai('SmartSubtitles', ['UserExtPara', 'RawParameter'], {
  AsrFullTextTask: 'AsrFullTextRecognition',
  TransTextTask: 'TransTextRecognition',
  PureSubtitleTransTask: 'PureSubtitleTrans',
  OcrFullTextTask: 'OcrFullTextRecognition',
});

const SUBTITLES_ACTIVITY: KeyMembers = ['UserExtPara', 'RawParameter', 'OutputObjectPath', 'OutputStorage'];

/** The results of a batch, one for each input, as batch.ts rewrites them. */
const BATCH_OUTPUTS: Row = { holder: 'Outputs', kind: 'SmartSubtitles', types: [], keyMembers: SUBTITLES_ACTIVITY };

const QUALITY_CONTROL: SubtaskKind = { kind: 'AiQualityControl', keyMembers: ['ChannelExtPara'] };
const SMART_ERASE: SubtaskKind = {
  kind: 'SmartErase',
  keyMembers: ['OutputObjectPath', 'OutputStorage', 'RawParameter', 'OverrideParameter'],
};

const activity = (holder: string, kind: SubtaskKind, ...aliases: readonly string[]): Row => ({
  ...kind,
  holder,
  types: [kind.kind, ...aliases],
});
const twoLevels = (kind: string, keyMembers: KeyMembers, rows: readonly Row[]): SubtaskKind => ({
  kind,
  keyMembers,
  below: resultSet('Output', rows),
});

const ACTIVITIES: readonly Row[] = [
  ...MEDIA_PROCESS,
  activity('RecognitionTask', twoLevels('AiRecognition', ['UserExtPara'], AI_RECOGNITION), 'AIRecognition'),
  // Stryker disable next-line ArrayDeclaration: no Input has a member of that name
  activity('ReviewTask', twoLevels('AiContentReview', [], AI_CONTENT_REVIEW)),
  activity('AnalysisTask', twoLevels('AiAnalysis', ['ExtendedParameter'], AI_ANALYSIS), 'AIAnalysis'),
  activity('SmartSubtitlesTask', twoLevels('SmartSubtitles', SUBTITLES_ACTIVITY, SMART_SUBTITLES)),
  activity('QualityControlTask', QUALITY_CONTROL),
  activity('SmartEraseTask', SMART_ERASE),
  activity('ExecRuleTask', { kind: 'ExecRule', keyMembers: 'whole-input' }),
];

const LIVE_ACTIVITIES: readonly Row[] = [
  activity('LiveRecordTask', { kind: 'LiveRecord', keyMembers: ['OutputObjectPath', 'OutputStorage'] }),
  activity('LiveQualityControlTask', QUALITY_CONTROL),
];

function resultSet(path: string, rows: readonly Row[], within?: string): ResultSet {
  const holders = new Map(rows.map((row) => [row.holder, row]));
  const types = new Map(rows.flatMap((row) => row.types.map((type) => [type, row])));
  return { path, holders, types, within };
}

/** Members of a task's body that are result sets. Which of them are present depends on the task, not on its kind. */
export const RESULT_SETS: readonly ResultSet[] = [
  resultSet('MediaProcessResultSet', MEDIA_PROCESS),
  resultSet('AiContentReviewResultSet', AI_CONTENT_REVIEW),
  resultSet('AiAnalysisResultSet', AI_ANALYSIS),
  resultSet('AiRecognitionResultSet', AI_RECOGNITION),
  // An array, despite its name.
  resultSet('SmartSubtitlesTaskResult', [...SMART_SUBTITLES, BATCH_OUTPUTS]),
  resultSet('ActivityResultSet', ACTIVITIES, 'ActivityResItem'),
  resultSet('LiveActivityResultSet', LIVE_ACTIVITIES, 'LiveActivityResItem'),
];

/** Members of a task's body that are one subtask each, or a list of them. */
export const RESULT_OBJECTS: ReadonlyMap<string, SubtaskKind> = new Map([
  ['AiQualityControlTaskResult', QUALITY_CONTROL],
  ['SmartEraseTaskResult', SMART_ERASE],
  // Without Type and Input: the images of one task are twins.
  ['ImageProcessTaskResultSet', { kind: 'ImageProcess', keyMembers: [], codeMember: 'ErrMsg' }],
]);
