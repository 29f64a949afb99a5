import type { Kind } from './kinds';

/**
 * Undocumented kinds: a holder with a Status in a result set, in a member, or beside known ones. The ledger must not ignore their
 * Status. A kind is named after the members that lead to it; the Type of an element replaces the name of its holder.
 */
const unknown = (kind: string, type: string | null, holder: string, path: string): UnknownKind => ({
  kind,
  set: 'unknown',
  types: type === null ? [] : [type],
  holder,
  shape: 'unknown',
  errCode: true,
  errCodeExt: true,
  progress: true,
  times: false,
  path,
});

/** The Output of an unknown kind: objects with a Status of their own. */
const PART: Kind = { ...unknown('Output.Parts', null, 'Parts', 'Parts'), progress: false };

export interface UnknownKind extends Kind {
  /** The member of the task's body: a result set if there is a Type, else the holder itself. */
  readonly path: string;
}

const inParts: Pick<Kind, 'below' | 'belowAs'> = { below: [PART], belowAs: 'parts' };

export const UNKNOWN_KINDS: readonly UnknownKind[] = [
  unknown('MediaProcessResultSet.RemuxToCmaf', 'RemuxToCmaf', 'RemuxTask', 'MediaProcessResultSet'),
  unknown('VideoEnhanceResultSet.SuperResolution', 'SuperResolution', 'SuperResolutionTask', 'VideoEnhanceResultSet'),
  { ...unknown('LoudnessTaskResult', null, 'LoudnessTaskResult', 'LoudnessTaskResult'), ...inParts },
  { ...unknown('AiAnalysisResultSet.Storyline', 'Storyline', 'StorylineTask', 'AiAnalysisResultSet'), ...inParts },
];

export function isUnknownKind(kind: Kind): kind is UnknownKind {
  return kind.set === 'unknown' && 'path' in kind;
}

/** Undocumented event types; the ledger finds only the id of the task. */
export const UNKNOWN_EVENT_TYPES = [
  ['EvaluationTask', 'EvaluationTaskEvent'],
  ['GetMediaAttributesTask', 'GetMediaAttributesTaskEvent'],
  ['VideoEnhanceTask', 'VideoEnhanceTaskEvent'],
] as const;
