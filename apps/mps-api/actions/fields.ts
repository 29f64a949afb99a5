/** An action: what it parses, and the fields of its answer beside `RequestId`. */
export interface Action {
  readonly name: 'ParseNotification' | 'ParseLiveStreamProcessNotification';
  /** The shape of the notifications that it parses. */
  readonly shape: 'offline' | 'live';
  /** The member that names what a notification is about. */
  readonly typeMember: 'EventType' | 'NotificationType';
  /** In the order of the vendor's documentation. A spec compares them with the types of the vendor's SDK. */
  readonly fields: readonly string[];
  /**
   * The fields of the documented sample of an answer. A content that has them all is an answer of the action already: it is answered
   * with the members that it has, and no field is added.
   */
  readonly sampleFields?: readonly string[];
}

/** The API version that has these actions. */
export const API_VERSION = '2019-06-12';

const SESSION_AND_SIGNATURE = ['SessionId', 'SessionContext', 'Timestamp', 'Sign'] as const;

/** The actions, of version 2019-06-12. */
export const ACTIONS: readonly Action[] = [
  {
    name: 'ParseNotification',
    shape: 'offline',
    typeMember: 'EventType',
    fields: [
      ...['EventType', 'WorkflowTaskEvent', 'EditMediaTaskEvent', 'ScheduleTaskEvent', 'BatchTaskEvent'],
      ...['ExtractBlindWatermarkTask', ...SESSION_AND_SIGNATURE],
    ],
    sampleFields: [
      ...['EventType', 'WorkflowTaskEvent', 'EditMediaTaskEvent', 'ScheduleTaskEvent', 'SessionId', 'SessionContext'],
    ],
  },
  {
    name: 'ParseLiveStreamProcessNotification',
    shape: 'live',
    typeMember: 'NotificationType',
    fields: [
      ...['NotificationType', 'TaskId', 'ProcessEofInfo', 'AiReviewResultInfo', 'AiRecognitionResultInfo'],
      ...['AiAnalysisResultInfo', 'AiQualityControlResultInfo', 'LiveRecordResultInfo', 'AiSmartSubtitleResultInfo'],
      ...SESSION_AND_SIGNATURE,
    ],
  },
];

/** The input parameters of both actions: one text. */
export const CONTENT_PARAMETER = 'Content';
