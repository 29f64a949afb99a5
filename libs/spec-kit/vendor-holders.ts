import type { TaskKind } from '@mps-ledger/tasks';

/** What the vendor's actions answer that a notification or an import may hold: the roots of the walk over the vendor's types. */
export const ROOTS = [
  'ParseNotificationResponse',
  'DescribeTaskDetailResponse',
  'DescribeBatchTaskDetailResponse',
  'DescribeImageTaskDetailResponse',
] as const;
export type Root = (typeof ROOTS)[number];

/** How a holder is read: as the task itself, as a subtask of a kind, or by its Status only, for a reason. */
export type HolderReading =
  { readonly task: TaskKind } | { readonly kind: string } | { readonly generic: string; readonly kind: string };

const task = (kind: TaskKind): HolderReading => ({ task: kind });

const byLanguage = (kind: string): HolderReading => ({
  kind,
  generic: 'a result by language inside an output: found by its Status, and keyed by its languages',
});

const kinds = (type: string, set: string, holders: Readonly<Record<string, string>>): Record<string, HolderReading> =>
  Object.fromEntries(
    Object.entries(holders).map(([member, kind]) => [
      `${type}.${member}`,
      { kind: set === '' ? kind : `${set}.${kind}` },
    ]),
  );

const MEDIA = {
  TranscodeTask: 'Transcode',
  AnimatedGraphicTask: 'AnimatedGraphics',
  SnapshotByTimeOffsetTask: 'SnapshotByTimeOffset',
  SampleSnapshotTask: 'SampleSnapshot',
  ImageSpriteTask: 'ImageSprites',
  AdaptiveDynamicStreamingTask: 'AdaptiveDynamicStreaming',
};

/**
 * Every member of the vendor's types that holds a Status, by the type that has it, with the kind that the events give it. It is
 * written by hand, from the vendor's data types, and compared with the SDK's: a holder that is missing here fails the specs.
 */
export const HOLDERS: Readonly<Record<string, HolderReading>> = {
  'ParseNotificationResponse.WorkflowTaskEvent': task('workflow'),
  'ParseNotificationResponse.EditMediaTaskEvent': task('edit-media'),
  'ParseNotificationResponse.ScheduleTaskEvent': task('schedule'),
  'ParseNotificationResponse.ExtractBlindWatermarkTask': task('extract-blind-watermark'),
  'DescribeTaskDetailResponse.WorkflowTask': task('workflow'),
  'DescribeTaskDetailResponse.EditMediaTask': task('edit-media'),
  'DescribeTaskDetailResponse.ScheduleTask': task('schedule'),
  'DescribeTaskDetailResponse.LiveScheduleTask': task('live'),
  'DescribeTaskDetailResponse.LiveStreamProcessTask': task('live'),
  'DescribeTaskDetailResponse.ExtractBlindWatermarkTask': task('extract-blind-watermark'),
  ...kinds('WorkflowTask', '', { AiQualityControlTaskResult: 'AiQualityControl', SmartEraseTaskResult: 'SmartErase' }),
  ...kinds('MediaProcessTaskResult', '', MEDIA),
  ...kinds('AiContentReviewResult', 'AiContentReview', {
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
  }),
  ...kinds('AiAnalysisResult', 'AiAnalysis', {
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
  }),
  ...kinds('AiRecognitionResult', 'AiRecognition', {
    FaceTask: 'FaceRecognition',
    AsrWordsTask: 'AsrWordsRecognition',
    AsrFullTextTask: 'AsrFullTextRecognition',
    OcrWordsTask: 'OcrWordsRecognition',
    OcrFullTextTask: 'OcrFullTextRecognition',
    TransTextTask: 'TransTextRecognition',
    ObjectTask: 'ObjectRecognition',
  }),
  ...kinds('SmartSubtitlesResult', 'SmartSubtitles', {
    AsrFullTextTask: 'AsrFullTextRecognition',
    TransTextTask: 'TransTextRecognition',
    PureSubtitleTransTask: 'PureSubtitleTrans',
    OcrFullTextTask: 'OcrFullTextRecognition',
  }),
  ...kinds('ActivityResItem', '', {
    ...MEDIA,
    RecognitionTask: 'AiRecognition',
    ReviewTask: 'AiContentReview',
    AnalysisTask: 'AiAnalysis',
    SmartSubtitlesTask: 'SmartSubtitles',
    QualityControlTask: 'AiQualityControl',
    SmartEraseTask: 'SmartErase',
    ExecRuleTask: 'ExecRule',
  }),
  ...kinds('LiveActivityResItem', '', { LiveRecordTask: 'LiveRecord', LiveQualityControlTask: 'AiQualityControl' }),
  ...kinds('BatchSmartSubtitlesResult', '', { Outputs: 'SmartSubtitles' }),
  ...kinds('DescribeImageTaskDetailResponse', '', { ImageProcessTaskResultSet: 'ImageProcess' }),
  'SmartSubtitleTaskAsrFullTextResultOutput.SubtitleInfo': byLanguage('SubtitleInfo'),
  'SmartSubtitleTaskTransTextResultOutput.SubtitleResults': byLanguage('SubtitleResults'),
  'PureSubtitleTransResultOutput.SubtitleResults': byLanguage('SubtitleResults'),
  'SmartSubtitleTaskTextResultOutput.RecognizeSubtitleResult': byLanguage('RecognizeSubtitleResult'),
  'SmartSubtitleTaskTextResultOutput.TransSubtitleResult': byLanguage('TransSubtitleResult'),
};

/**
 * The members of ParseLiveStreamProcessNotificationResponse that hold results or the end of a live stream. None has a Status below it;
 * the live reader takes each whole.
 */
export const LIVE_MEMBERS = [
  'AiAnalysisResultInfo',
  'AiQualityControlResultInfo',
  'AiRecognitionResultInfo',
  'AiReviewResultInfo',
  'AiSmartSubtitleResultInfo',
  'LiveRecordResultInfo',
  'ProcessEofInfo',
] as const;

/** The members of the roots that are objects without a Status. */
export const OTHER_MEMBERS: Readonly<Record<Root, readonly string[]>> = {
  ParseNotificationResponse: ['BatchTaskEvent'],
  DescribeTaskDetailResponse: ['TaskNotifyConfig'],
  DescribeBatchTaskDetailResponse: ['BatchTaskResult', 'TaskNotifyConfig'],
  DescribeImageTaskDetailResponse: ['ImageTask', 'InputInfo'],
};
