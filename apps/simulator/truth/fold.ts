/**
 * Computes the expected state of a task, independently of the ledger. It implements the documented rules (statuses rise; ends compete
 * by finish time, then failed over succeeded; a FINISH is not a success; an open piece that is in no FINISH may be another piece
 * under an earlier spelling) over the simulator's own plan, and does not depend on how the ledger reads a body.
 */
import type { Piece } from '../task/pieces';
import type { Plan, TaskEnd } from '../task/plan';
import type { ShownStatus, View } from '../task/view';
import { codesIn, contradicts, winnerOf, type ReportedEnd, type WinningEnd } from './claims';
import {
  bothOf,
  definitionOf,
  entriesOf,
  spellingOf,
  mostShown,
  nameOf,
  type PieceSpelling,
  type ShownMaximum,
} from './entries';

/** The expected state of one piece in one spelling of its input. */
export interface PieceTruth extends PieceSpelling {
  readonly status: 'unknown' | 'queued' | 'processing' | 'succeeded' | 'failed';
  /** Undefined if it cannot be decided, since two ends of equal rank have different codes. */
  readonly errorCode: number | null | undefined;
  readonly contradicted: boolean;
  /** The highest number of copies that a notification showed. */
  readonly total: number;
  /** The number of its copies by end. */
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
  /** Whether a notification with the task's end showed it as open. */
  readonly atEnd: boolean;
  /** Whether it is open and counts as another piece under an earlier spelling. */
  readonly superseded: boolean;
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

/** The rank of a task's status word; 0 for unknown words. */
const LEVELS: Readonly<Record<string, 0 | 1 | 2 | 3>> = { WAITING: 1, PROCESSING: 2, FINISH: 3 };

/** Folds views, in any order and with any repetitions, into the expected state. */
export function foldViews(plan: Plan, views: readonly View[]): TaskTruth {
  const level = Math.max(0, ...views.map((view) => levelOfView(plan, view)));
  const claims = views.flatMap((view) =>
    view.word === 'FINISH' && view.end !== null ? [taskClaim(plan, view.end)] : [],
  );
  const most = mostShown(plan, views);
  const told = guisesIn(plan, views).map((guise) => foldGuise(plan, guise, views));
  const pieces = told.map((one) => ({ ...one, superseded: claims.length > 0 && isSuperseded(plan, one, told, most) }));
  const winner = winnerOf(claims);
  return {
    status: TASK_STATUSES[level as 0 | 1 | 2 | 3],
    errorCode: winner === null ? null : winner.code === null && !winner.failed ? 0 : winner.code,
    outcome: winner === null ? null : winner.failed ? 'failed' : outcomeOf(plan, pieces),
    contradicted: contradicts(claims) || pieces.some((piece) => piece.contradicted) || exceeds(plan, pieces, most),
    pieces,
  };
}

function guisesIn(plan: Plan, views: readonly View[]): readonly PieceSpelling[] {
  const guises = plan.pieces.flatMap((piece) =>
    views.flatMap((view) => (view.stands.get(piece.id) ?? []).map((stand) => spellingOf(piece, stand))),
  );
  return [...new Map(guises.map((guise) => [nameOf(guise), guise])).values()];
}

/** Results of a live stream have no status: it is processing. */
function levelOfView({ family }: Plan, { word }: View): number {
  return LEVELS[word] ?? (family === 'live' ? 2 : 0);
}

/** The end of a live stream has no time. */
function taskClaim({ family }: Plan, { code, finish }: TaskEnd): ReportedEnd {
  const time = family === 'live' ? null : finish;
  return { failed: code !== 0, code: code === 0 ? null : code, ext: null, finish: time ?? '' };
}

function foldGuise(plan: Plan, guise: PieceSpelling, views: readonly View[]): PieceTruth {
  const name = nameOf(guise);
  const shownIn = views.map((view) => ({
    finish: view.word === 'FINISH',
    stands: (view.stands.get(guise.piece.id) ?? []).filter((stand) => nameOf(spellingOf(guise.piece, stand)) === name),
  }));
  const shown = shownIn.flatMap(({ stands }) => stands);
  const claims = shown.flatMap((stand) => pieceClaim(plan, guise.piece, stand));
  const winner = winnerOf(claims);
  const total = Math.max(...shownIn.map(({ stands }) => stands.length));
  const ends = total === 1 ? singleEnds(winner) : twinEnds(total, shownIn);
  return {
    ...guise,
    status: winner === null ? PIECE_STATUSES[levelOf(guise, shown)] : winner.failed ? 'failed' : 'succeeded',
    errorCode: winner === null ? null : winner.failed ? winner.code : 0,
    contradicted: total === 1 ? contradicts(claims) : ends.succeeded + ends.failed > total || codesIn(claims) > total,
    total,
    ...ends,
    atEnd: shownIn.some(({ finish, stands }) => finish && stands.some(({ end }) => end === null)),
    superseded: false,
  };
}

/** A copy that shows only its Type has no status word. */
function levelOf({ early }: PieceSpelling, shown: readonly ShownStatus[]): 0 | 1 | 2 {
  if (early === 'bare') return 0;
  const levels = shown.map(({ word }) => (word === 'WAITING' ? 1 : word === 'PROCESSING' ? 2 : 0));
  return Math.max(0, ...levels) as 0 | 1 | 2;
}

function pieceClaim({ spellsExt }: Plan, { kind }: Piece, { end }: ShownStatus): readonly ReportedEnd[] {
  if (end === null) return [];
  const failed = end.word === 'FAIL';
  return [
    {
      failed,
      // A success has no code; 0 and "" count as none.
      code: failed && kind.errCode && end.code !== 0 ? end.code : null,
      ext: failed && kind.errCodeExt && spellsExt && end.ext !== '' ? end.ext : null,
      finish: end.finish ?? '',
    },
  ];
}

type Ends = Pick<PieceTruth, 'succeeded' | 'failed' | 'open'>;

function singleEnds(winner: WinningEnd | null): Ends {
  const [failed, succeeded] = [winner?.failed === true ? 1 : 0, winner?.failed === false ? 1 : 0];
  return { succeeded, failed, open: 1 - succeeded - failed };
}

/** The counts of twins by end: for each end the highest number that a notification showed. */
function twinEnds(total: number, shownIn: readonly { readonly stands: readonly ShownStatus[] }[]): Ends {
  const most = (word: string): number =>
    Math.max(...shownIn.map(({ stands }) => stands.filter((stand) => stand.word === word).length));
  const [succeeded, failed] = [most('SUCCESS'), most('FAIL')];
  return { succeeded, failed, open: Math.max(0, total - succeeded - failed) };
}

/** The number of ended pieces by entry. */
function endedOf(plan: Plan, pieces: readonly PieceTruth[], of: (piece: PieceTruth) => number): Map<string, number> {
  const ended = new Map<string, number>();
  for (const piece of pieces) {
    for (const entry of bothOf(entriesOf(plan, piece))) ended.set(entry, (ended.get(entry) ?? 0) + of(piece));
  }
  return ended;
}

/** Whether more pieces of an entry ended than any notification showed. */
function exceeds(plan: Plan, pieces: readonly PieceTruth[], most: ReadonlyMap<string, ShownMaximum>): boolean {
  const ended = endedOf(plan, pieces, ({ succeeded, failed }) => succeeded + failed);
  return [...ended].some(([entry, count]) => count > (most.get(entry)?.ever ?? 0));
}

/**
 * Whether a piece is superseded: it is open and in no FINISH, and for its kind and definition (its kind, if the definition is
 * unknown) a FINISH showed as many as any notification did, and as many have ended.
 */
function isSuperseded(
  plan: Plan,
  one: PieceTruth,
  all: readonly PieceTruth[],
  most: ReadonlyMap<string, ShownMaximum>,
): boolean {
  if (one.open === 0 || one.atEnd) return false;
  const [own = '', kinds = ''] = bothOf(entriesOf(plan, one));
  const entry = definitionOf(one) === null ? kinds : own;
  const { ever, atFinish } = most.get(entry) ?? { ever: 0, atFinish: 0 };
  const ended =
    endedOf(plan, all, ({ succeeded, failed, total }) => Math.min(succeeded + failed, total)).get(entry) ?? 0;
  return atFinish === ever && ended >= ever;
}

/** Kinds of task that have no subtasks; their own ErrCode decides the outcome. */
const WITHOUT_PIECES: ReadonlySet<string> = new Set(['edit-media', 'extract-blind-watermark', 'live']);

/** The outcome of a task that finished with ErrCode 0. A parent counts, besides its children, only where it did not succeed. */
function outcomeOf(plan: Plan, pieces: readonly PieceTruth[]): TaskTruth['outcome'] {
  const parents = new Set(pieces.map(({ piece }) => piece.parent));
  const failed = pieces.some((one) => one.failed > 0);
  const succeeded = pieces.some((one) => one.succeeded > 0 && !parents.has(one.piece.id));
  if (failed && succeeded) return 'partially-failed';
  if (pieces.some((one) => one.open > 0 && !one.superseded)) return 'undetermined';
  if (failed) return 'failed';
  if (succeeded) return 'succeeded';
  return WITHOUT_PIECES.has(plan.family) ? 'succeeded' : 'undetermined';
}
