/**
 * What is documented about the provider's error codes, as data. Numbers of Tencent Cloud documents are `product/page`. Numeric
 * values of ErrCode are not here, apart from those of live streams: no public table of them exists.
 */

/** Whose error it is. */
export const ERROR_CLASSES = ['invalid-input', 'source-file', 'service', 'unknown'] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

export interface ClassRow {
  /** The ErrCodeExt, or what stands before its first dot. */
  readonly prefix: string;
  readonly errorClass: ErrorClass;
  /** Whether the same request may succeed later, with the same source file. */
  readonly retryable: boolean;
  readonly source: string;
}

const MPS = 'Tencent Cloud documents 862/50369 and 1041/40249 (MPS)';
const VOD = 'Tencent Cloud document 266/50368 (VOD), which MPS may share';
const WEBSOCKET =
  'Tencent Cloud document 1041/72106, for the WebSocket subtitle channel only; whether other live streams use it is not documented';

export const ERROR_CLASS_TABLE: readonly ClassRow[] = [
  { prefix: 'InvalidInput', errorClass: 'invalid-input', retryable: false, source: MPS },
  { prefix: 'SourceFileError', errorClass: 'source-file', retryable: false, source: MPS },
  { prefix: 'InternalError', errorClass: 'service', retryable: true, source: MPS },
];

export interface CodeRow {
  readonly code: string;
  /** Null where the name says it. */
  readonly meaning: string | null;
  readonly source: string;
}

/** Values of ErrCodeExt that are documented; others are classified by their prefix all the same. */
export const ERROR_CODE_EXT_TABLE: readonly CodeRow[] = [
  { code: 'InvalidInput', meaning: null, source: MPS },
  { code: 'InvalidInput.InvalidTimeOffset', meaning: null, source: MPS },
  { code: 'InvalidInput.DefinitionNotExist', meaning: null, source: MPS },
  { code: 'SourceFileError', meaning: null, source: MPS },
  { code: 'SourceFileError.NoVideoMedia', meaning: null, source: MPS },
  { code: 'SourceFileError.NoVideoResolution', meaning: null, source: 'Tencent Cloud document 862/50369 (MPS)' },
  {
    code: 'SourceFileError.NoVideoResolutio',
    meaning: 'SourceFileError.NoVideoResolution, as the international page spells it',
    source: 'Tencent Cloud document 1041/40249 (MPS)',
  },
  { code: 'InternalError', meaning: null, source: MPS },
  { code: 'InvalidInput.ConfigurationUnsupported', meaning: null, source: VOD },
  { code: 'InvalidInput.TaskDuplicated', meaning: null, source: VOD },
  { code: 'InvalidInput.PermissionDenied', meaning: null, source: VOD },
  { code: 'InvalidInput.ResultFileSizeTooLarge', meaning: null, source: VOD },
  { code: 'SourceFileError.ContentMalformed', meaning: null, source: VOD },
  { code: 'SourceFileError.ContentUnsupported', meaning: null, source: VOD },
  { code: 'SourceFileError.DownloadNotAccessible', meaning: null, source: VOD },
];

/** Values of ErrCode of a live stream. They classify nothing, since it is not known whether ProcessEof uses them. */
export const LIVE_CODE_TABLE: readonly CodeRow[] = (
  [
    ['4001', 'bad parameter'],
    ['4002', 'no data arrived in time (2 minutes by default)'],
    ['4003', 'bad audio format'],
    ['4004', 'too many connections (2 by default)'],
    ['4005', 'state of the account, such as arrears'],
    ['4100', 'identity not verified'],
    ['4101', 'not authorized for the API'],
    ['4102', 'not authorized for the resource'],
    ['4104', 'SecretId missing'],
    ['4105', 'bad session id'],
    ['4106', 'multi-factor authentication failed'],
    ['4110', 'authentication failed'],
    ['4111', 'bad AppId'],
    ['4500', 'replayed, or above the rate limit'],
    ['5000', 'internal error'],
  ] as const
).map(([code, meaning]) => ({ code, meaning, source: WEBSOCKET }));
