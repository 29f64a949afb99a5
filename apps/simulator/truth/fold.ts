/**
 * What follows from what was said of a task: the simulator's own reckoning. It is written from the rules in the words of
 * the design (statuses rise; ends compete by finish time, then failed over succeeded; a FINISH is not a success; what is open and
 * in no FINISH may be another piece under an earlier spelling), over the simulator's own plan, and knows nothing of how the ledger reads a body.
 */
import type { Piece } from '../task/pieces';
import type { Plan, TaskEnd } from '../task/plan';
import type { Stand, View } from '../task/view';
import { codesIn, contradicts, winnerOf, type Claim, type Winner } from './claims';
import { bothOf, definitionOf, entriesOf, guiseOf, mostShown, nameOf, type Guise, type Most } from './entries';

/** How one piece, in one spelling of its input, stands after everything that was said. */
export interface PieceTruth extends Guise {
  readonly status: 'unknown' | 'queued' | 'processing' | 'succeeded' | 'failed';
  /** undefined: not decidable, since two ends of equal rank say different codes. */
  readonly errorCode: number | null | undefined;
  readonly contradicted: boolean;
  /** How many copies a notification showed, at most. */
  readonly total: number;
  /** How many of its copies ended how, and how many have not. */
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
  /** Whether it was shown open by a notification that told the task's end. */
  readonly atEnd: boolean;
  /** Open, and taken for another one under an earlier spelling. */
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

/** The rank of a status word of a task; what nobody knows says nothing. */
const LEVELS: Readonly<Record<string, 0 | 1 | 2 | 3>> = { WAITING: 1, PROCESSING: 2, FINISH: 3 };

/** Folds what was said, in any order and any repetition, into what is to be answered. */
export function foldViews(plan: Plan, views: readonly View[]): TaskTruth {
  const level = Math.max(0, ...views.map((view) => LEVELS[view.word] ?? 0));
  const claims = views.flatMap((view) => (view.word === 'FINISH' && view.end !== null ? [taskClaim(view.end)] : []));
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

function guisesIn(plan: Plan, views: readonly View[]): readonly Guise[] {
  const guises = plan.pieces.flatMap((piece) =>
    views.flatMap((view) => (view.stands.get(piece.id) ?? []).map((stand) => guiseOf(piece, stand))),
  );
  return [...new Map(guises.map((guise) => [nameOf(guise), guise])).values()];
}

function taskClaim({ code, finish }: TaskEnd): Claim {
  return { failed: code !== 0, code: code === 0 ? null : code, ext: null, finish: finish ?? '' };
}

function foldGuise(plan: Plan, guise: Guise, views: readonly View[]): PieceTruth {
  const name = nameOf(guise);
  const shownIn = views.map((view) => ({
    finish: view.word === 'FINISH',
    stands: (view.stands.get(guise.piece.id) ?? []).filter((stand) => nameOf(guiseOf(guise.piece, stand)) === name),
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

/** Of nothing but a type no word is known. */
function levelOf({ early }: Guise, shown: readonly Stand[]): 0 | 1 | 2 {
  if (early === 'bare') return 0;
  const levels = shown.map(({ word }) => (word === 'WAITING' ? 1 : word === 'PROCESSING' ? 2 : 0));
  return Math.max(0, ...levels) as 0 | 1 | 2;
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
function twinEnds(total: number, shownIn: readonly { readonly stands: readonly Stand[] }[]): Ends {
  const most = (word: string): number =>
    Math.max(...shownIn.map(({ stands }) => stands.filter((stand) => stand.word === word).length));
  const [succeeded, failed] = [most('SUCCESS'), most('FAIL')];
  return { succeeded, failed, open: Math.max(0, total - succeeded - failed) };
}

/** How many ended of each entry. */
function endedOf(plan: Plan, pieces: readonly PieceTruth[], of: (piece: PieceTruth) => number): Map<string, number> {
  const ended = new Map<string, number>();
  for (const piece of pieces) {
    for (const entry of bothOf(entriesOf(plan, piece))) ended.set(entry, (ended.get(entry) ?? 0) + of(piece));
  }
  return ended;
}

/** Whether more ended of something than any one notification showed. */
function exceeds(plan: Plan, pieces: readonly PieceTruth[], most: ReadonlyMap<string, Most>): boolean {
  const ended = endedOf(plan, pieces, ({ succeeded, failed }) => succeeded + failed);
  return [...ended].some(([entry, count]) => count > (most.get(entry)?.ever ?? 0));
}

/**
 * Open, in no FINISH, while a FINISH showed as many of its like as anybody ever did and as many have ended: it is one of
 * those. Its like are those of its kind and definition, or of its kind where no definition is known.
 */
function isSuperseded(
  plan: Plan,
  one: PieceTruth,
  all: readonly PieceTruth[],
  most: ReadonlyMap<string, Most>,
): boolean {
  if (one.open === 0 || one.atEnd) return false;
  const [own = '', kinds = ''] = bothOf(entriesOf(plan, one));
  const entry = definitionOf(one) === null ? kinds : own;
  const { ever, atFinish } = most.get(entry) ?? { ever: 0, atFinish: 0 };
  const ended =
    endedOf(plan, all, ({ succeeded, failed, total }) => Math.min(succeeded + failed, total)).get(entry) ?? 0;
  return atFinish === ever && ended >= ever;
}

/** Kinds of task that have no subtasks: their own ErrCode decides. */
const WITHOUT_PIECES: ReadonlySet<string> = new Set(['edit-media']);

/** Of a task that finished with ErrCode 0. Of a parent only what is no success counts, beside its children. */
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
