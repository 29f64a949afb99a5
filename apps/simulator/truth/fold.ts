/**
 * What follows from what was said of a task: the simulator's own reckoning. It is written from the rules in the words of
 * the design (statuses rise; ends compete by finish time, then failed over succeeded; a FINISH is not a success), over the
 * simulator's own plan, and knows nothing of how the ledger reads a body.
 */
import type { Piece } from '../task/pieces';
import type { Plan, TaskEnd } from '../task/plan';
import type { Stand, View } from '../task/view';
import { contradicts, winnerOf, type Claim, type Winner } from './claims';

/** How one piece stands after everything that was said. */
export interface PieceTruth {
  readonly piece: Piece;
  readonly status: 'unknown' | 'queued' | 'processing' | 'succeeded' | 'failed';
  /** undefined: not decidable, since two ends of equal rank say different codes. */
  readonly errorCode: number | null | undefined;
  readonly contradicted: boolean;
  /** How many of its copies ended how, and how many have not. */
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
}

export interface TaskTruth {
  readonly status: 'unknown' | 'queued' | 'processing' | 'finished';
  readonly errorCode: number | null | undefined;
  readonly outcome: 'succeeded' | 'partially-failed' | 'failed' | 'undetermined' | null;
  readonly contradicted: boolean;
  readonly pieces: readonly PieceTruth[];
}

const TASK_STATUSES = ['unknown', 'queued', 'processing', 'finished'] as const;
const PIECE_STATUSES = ['unknown', 'queued', 'processing'] as const;

/** The rank of a status word of a task; what nobody knows says nothing. */
const LEVELS: Readonly<Record<string, 0 | 1 | 2 | 3>> = { WAITING: 1, PROCESSING: 2, FINISH: 3 };

/** Folds what was said, in any order and any repetition, into what is to be answered. */
export function foldViews(plan: Plan, views: readonly View[]): TaskTruth {
  const level = Math.max(0, ...views.map((view) => LEVELS[view.word] ?? 0));
  const claims = views.flatMap((view) => (view.word === 'FINISH' && view.end !== null ? [taskClaim(view.end)] : []));
  const pieces = plan.pieces.flatMap((piece) => {
    const shown = views.flatMap((view) => view.stands.get(piece.id) ?? []);
    return shown.length === 0 ? [] : [foldPiece(plan, piece, views, shown)];
  });
  const winner = winnerOf(claims);
  return {
    status: TASK_STATUSES[level as 0 | 1 | 2 | 3],
    errorCode: winner === null ? null : winner.code === null ? 0 : winner.code,
    outcome: winner === null ? null : winner.failed ? 'failed' : outcomeOf(plan, pieces),
    contradicted: contradicts(claims) || pieces.some((piece) => piece.contradicted),
    pieces,
  };
}

function taskClaim({ code, finish }: TaskEnd): Claim {
  return { failed: code !== 0, code: code === 0 ? null : code, ext: null, finish: finish ?? '' };
}

function foldPiece(plan: Plan, piece: Piece, views: readonly View[], shown: readonly Stand[]): PieceTruth {
  const claims = shown.flatMap((stand) => pieceClaim(plan, piece, stand));
  const winner = winnerOf(claims);
  const level = Math.max(
    0,
    ...shown.map((stand) => (stand.word === 'WAITING' ? 1 : stand.word === 'PROCESSING' ? 2 : 0)),
  );
  const single = piece.ends.length === 1;
  const ends = single ? singleEnds(winner) : twinEnds(piece, views);
  return {
    piece,
    status: winner === null ? PIECE_STATUSES[level as 0 | 1 | 2] : winner.failed ? 'failed' : 'succeeded',
    errorCode: winner === null ? null : winner.failed ? winner.code : 0,
    contradicted: single ? contradicts(claims) : ends.succeeded + ends.failed > piece.ends.length,
    ...ends,
  };
}

function pieceClaim({ spellsExt }: Plan, { kind }: Piece, { end }: Stand): readonly Claim[] {
  if (end === null) return [];
  const failed = end.word === 'FAIL';
  return [
    {
      failed,
      // Of a good end no code is taken down; 0 and "" are the same as none.
      code: failed && kind.errCode && end.code !== 0 ? end.code : null,
      ext: failed && kind.errCodeExt && spellsExt && end.ext !== '' ? end.ext : null,
      finish: end.finish ?? '',
    },
  ];
}

type Ends = Pick<PieceTruth, 'succeeded' | 'failed' | 'open'>;

function singleEnds(winner: Winner | null): Ends {
  const [failed, succeeded] = [winner?.failed === true ? 1 : 0, winner?.failed === false ? 1 : 0];
  return { succeeded, failed, open: 1 - succeeded - failed };
}

/** Of twins each notification shows how many ended how; each number is the most that any of them showed. */
function twinEnds(piece: Piece, views: readonly View[]): Ends {
  const most = (word: string): number =>
    Math.max(...views.map((view) => (view.stands.get(piece.id) ?? []).filter((stand) => stand.word === word).length));
  const [succeeded, failed] = [most('SUCCESS'), most('FAIL')];
  return { succeeded, failed, open: Math.max(0, piece.ends.length - succeeded - failed) };
}

/** Kinds of task that have no subtasks: their own ErrCode decides. */
const WITHOUT_PIECES: ReadonlySet<string> = new Set(['edit-media']);

/** Of a task that finished with ErrCode 0. */
function outcomeOf(plan: Plan, pieces: readonly PieceTruth[]): TaskTruth['outcome'] {
  const parents = new Set(pieces.map(({ piece }) => piece.parent));
  const leaves = pieces.filter(({ piece, status }) => !parents.has(piece.id) || status !== 'succeeded');
  const some = (end: keyof Ends): boolean => leaves.some((leaf) => leaf[end] > 0);
  if (some('failed') && some('succeeded')) return 'partially-failed';
  if (some('open')) return 'undetermined';
  if (some('failed')) return 'failed';
  if (some('succeeded')) return 'succeeded';
  return WITHOUT_PIECES.has(plan.family) ? 'succeeded' : 'undetermined';
}
