/** How the vendor names what an item of a kind has. */
export interface LiveKind {
  /** As the ledger names it. */
  readonly kind: string;
  readonly notificationType: string;
  /** The member that holds the results, and the sets in it, outermost first. */
  readonly path: readonly string[];
  /** The Type of the element that holds the set; empty if it has none. */
  readonly type: string;
  /** Members for the start and the end; null if it has no offsets. */
  readonly offsets: readonly [start: string, end: string] | null;
  /** The member for its text; null if it has none. */
  readonly text: string | null;
  /** Whether it is reported while it is still being recognized, by speaker. */
  readonly isSubtitle: boolean;
}

/** One result of a live stream, as one notification reports it. */
export interface SimulatedItem {
  readonly kind: LiveKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly steady: boolean;
  readonly speaker: string;
}

const PTS = ['StartPtsTime', 'EndPtsTime'] as const;
const OFFSETS = ['StartTimeOffset', 'EndTimeOffset'] as const;

export const LIVE_KINDS: readonly LiveKind[] = [
  {
    ...{ kind: 'AiRecognition.AsrFullTextRecognition', notificationType: 'AiRecognitionResult' },
    ...{ path: ['AiRecognitionResultInfo', 'ResultSet', 'AsrFullTextRecognitionResultSet'] },
    ...{ type: 'AsrFullTextRecognition', offsets: PTS, text: 'Text', isSubtitle: true },
  },
  {
    ...{ kind: 'AiRecognition.ObjectRecognition', notificationType: 'AiRecognitionResult' },
    ...{ path: ['AiRecognitionResultInfo', 'ResultSet', 'ObjectRecognitionResultSet'] },
    ...{ type: 'ObjectRecognition', offsets: ['StartPtsOffset', 'EndPtsOffset'], text: 'Name', isSubtitle: false },
  },
  {
    ...{ kind: 'AiReview.ImagePorn', notificationType: 'AiReviewResult' },
    ...{ path: ['AiReviewResultInfo', 'ResultSet', 'ImagePornResultSet'] },
    ...{ type: 'ImagePorn', offsets: PTS, text: 'Label', isSubtitle: false },
  },
  {
    ...{ kind: 'AiAnalysis.SegmentRecognition', notificationType: 'AiAnalysisResult' },
    ...{ path: ['AiAnalysisResultInfo', 'ResultSet', 'SegmentResultSet'] },
    ...{ type: 'SegmentRecognition', offsets: OFFSETS, text: 'Title', isSubtitle: false },
  },
  {
    ...{ kind: 'AiQualityControl.Jitter', notificationType: 'AiQualityControlResult' },
    ...{ path: ['AiQualityControlResultInfo', 'QualityControlResultSet', 'QualityControlItems'] },
    ...{ type: 'Jitter', offsets: OFFSETS, text: null, isSubtitle: false },
  },
  {
    ...{ kind: 'AiSmartSubtitle', notificationType: 'AiSmartSubtitleResult', type: '' },
    ...{ path: ['AiSmartSubtitleResultInfo', 'SmartSubtitleResult'] },
    ...{ offsets: ['StartPTSTime', 'EndPTSTime'], text: 'Text', isSubtitle: true },
  },
  {
    ...{ kind: 'LiveRecord', notificationType: 'LiveRecordResult', type: '' },
    ...{ path: ['LiveRecordResultInfo', 'FileResults'], offsets: null, text: 'Url', isSubtitle: false },
  },
];
