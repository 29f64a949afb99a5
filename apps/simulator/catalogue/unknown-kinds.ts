import type { Kind } from './kinds';

/**
 * Kinds of processing that no table has: a holder with a Status in a set, or in a member, or beside known ones. The
 * ledger must take their Status seriously. Their names are those of the members that lead to them, where an element with
 * a Type has that in place of its own name.
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

/** What an unknown kind's Output holds: objects with a Status of their own. */
const PART: Kind = { ...unknown('Output.Parts', null, 'Parts', 'Parts'), progress: false };

export interface UnknownKind extends Kind {
  /** The member of the task's body: a set where there is a Type, else the holder itself. */
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

/** Event types that are in no document; nothing is known of a task but its id. */
export const UNKNOWN_EVENT_TYPES = [
  ['LiveScheduleTask', 'LiveScheduleTaskEvent'],
  ['GetMediaAttributesTask', 'GetMediaAttributesTaskEvent'],
  ['VideoEnhanceTask', 'VideoEnhanceTaskEvent'],
] as const;
