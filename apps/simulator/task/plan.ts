import type { BodyObject } from '../bodies/json';
import { appId, mediaInput, mediaMetaData } from '../bodies/media-inputs';
import { makeRandom, type Random } from '../random';
import { editInput, batchInput } from './edit-inputs';
import { planPieces, type Piece } from './pieces';

/** The kinds of task that MPS notifies about; `batch` names no task. */
export type Family = 'workflow' | 'schedule' | 'edit-media' | 'batch' | 'extract-blind-watermark' | 'live';

/** The end of the task itself. */
export interface TaskEnd {
  readonly code: number;
  readonly message: string;
  /** RFC 3339; null if the notification gives none, as is usual. */
  readonly finish: string | null;
}

/** The plan of one task, complete before its first notification. */
export interface Plan {
  readonly seed: string;
  /** Index of the task, from 0. */
  readonly index: number;
  readonly family: Family;
  readonly taskId: string;
  /** Empty if the submitter gave none. */
  readonly sessionId: string;
  readonly sessionContext: string;
  readonly input: BodyObject;
  readonly media: BodyObject;
  readonly end: TaskEnd;
  /** The pieces, each parent before its second level. */
  readonly pieces: readonly Piece[];
  /** Whether subtasks have ErrCodeExt: bodies from the queue never have it, answers of the API do. */
  readonly spellsExt: boolean;
}

/** Weights in percent. */
const FAMILIES: readonly (readonly [Family, number])[] = [
  ['workflow', 70],
  ['schedule', 15],
  ['edit-media', 9],
  ['batch', 2],
  ['extract-blind-watermark', 2],
  ['live', 2],
];

/** The words in TaskIds by family, as seen in samples; none identifies the family for certain. */
const ID_WORDS: Readonly<Record<Family, readonly string[]>> = {
  workflow: ['WorkflowTask', 'Procedure', 'ScheduleTask'],
  schedule: ['ScheduleTask'],
  'edit-media': ['EditMedia'],
  batch: ['BatchTask'],
  'extract-blind-watermark': ['ExtractBlindWatermark'],
  live: ['procedure-live'],
};

const SOURCE_ERRORS = [
  [70_000, 'InternalError'],
  [30_010, 'TencentVodPlatErr Or Unkown'],
  [40_000, 'source file cannot be read'],
] as const;

/** Probability that a task fails as a whole, for example because its source cannot be read. Its subtasks are then usually absent. */
const SOURCE_FAILS = 0.05;
const SUBTASKS_IN_SPITE = 0.2;

export interface PlanOptions {
  readonly seed: string;
  /** Probability that a task has a piece of an undocumented kind. */
  readonly unknown: number;
}

/** Plans the task of an index; the same for the same seed and index. */
export function planTask({ seed, unknown }: PlanOptions, index: number): Plan {
  const random = makeRandom(seed, 'task', index);
  const family = familyOf(random);
  const fails = random.chance(SOURCE_FAILS);
  const withPieces = !fails || random.chance(SUBTASKS_IN_SPITE);
  const [code, message] = fails ? random.pick(SOURCE_ERRORS) : [0, random.pick(['', 'SUCCESS'])];
  return {
    seed,
    index,
    family,
    taskId: `${appId(random)}-${random.pick(ID_WORDS[family])}-${random.hex(32)}${random.pick(['t0', 'tt7', 't1'])}`,
    ...session(random),
    input: inputOf(family, random),
    media: mediaMetaData(random),
    end: { code, message, finish: null },
    pieces: withPieces && hasPieces(family) ? planPieces(family, unknown, random) : [],
    spellsExt: random.chance(0.6),
  };
}

const hasPieces = (family: Family): family is 'workflow' | 'schedule' => family === 'workflow' || family === 'schedule';

function inputOf(family: Family, random: Random): BodyObject {
  if (family === 'edit-media') return editInput(random);
  return family === 'batch' ? batchInput(random) : mediaInput(random);
}

function familyOf(random: Random): Family {
  let left = random.below(100);
  for (const [family, weight] of FAMILIES) {
    if (left < weight) return family;
    left -= weight;
  }
  return 'workflow';
}

function session(random: Random): Pick<Plan, 'sessionId' | 'sessionContext'> {
  const sessionId = random.chance(0.4)
    ? ''
    : random.pick([`s-${random.hex(10)}`, `会话-${random.hex(6)}`, random.hex(50)]);
  return { sessionId, sessionContext: sessionContext(random) };
}

/** At most 1,000 characters, as the vendor allows. */
function sessionContext(random: Random): string {
  switch (random.below(12)) {
    case 0:
      return '长'.repeat(1000);
    case 1:
      return JSON.stringify({ user: random.hex(8), note: 'a "quoted" line\nand another', tags: ['一', '二'] });
    case 2:
      return `${random.hex(200)} `.repeat(4).trim();
    case 3:
      return 'trace=1';
    default:
      return '';
  }
}
