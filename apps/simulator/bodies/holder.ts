import { makeRandom } from '../random';
import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { ShownStatus } from '../task/view';
import type { BodyValue, BodyObject } from './json';
import { subtaskOutput } from './subtask-outputs';

/** The time that MPS writes for something that has not happened yet. */
const NOT_YET = '0000-00-00T00:00:00Z';

/** The second level in a holder's Output. */
export type Below = { readonly elements: readonly BodyValue[] } | { readonly members: BodyObject } | null;

/**
 * The object with the status of one subtask: Status, errors, Progress, times, Input, Output, as far as its result type has them.
 * `below` is the second level: in place of an output, in members of it, or null for kinds without one.
 */
export function holderOf(plan: Plan, piece: Piece, stand: ShownStatus, below: Below): BodyObject {
  const { kind } = piece;
  const { end } = stand;
  return {
    Status: stand.word,
    ...(kind.errCodeExt && plan.spellsExt && { ErrCodeExt: end?.ext ?? '' }),
    ...(kind.errCode && { ErrCode: end?.code ?? 0 }),
    // "SUCCESS" even before the end, as in the samples.
    Message: end?.message ?? (stand.progress > 0 ? 'SUCCESS' : ''),
    ...(kind.progress && { Progress: stand.progress }),
    ...(kind.times && { BeginProcessTime: end?.begin ?? NOT_YET, FinishTime: end?.finish ?? NOT_YET }),
    Input: stand.early === 'template' ? asTemplate(piece.input) : piece.input,
    Output: outputWith(below, end?.word === 'SUCCESS' ? outputOf(plan, piece) : null),
  };
}

function outputWith(below: Below, output: BodyObject | null): BodyValue {
  if (below === null) return output;
  return 'elements' in below ? below.elements : { ...output, ...below.members };
}

/** The output path as a template, before the final path is known. */
function asTemplate(input: BodyObject): BodyObject {
  const { OutputObjectPath: path } = input;
  return { ...input, OutputObjectPath: `/{inputName}${typeof path === 'string' ? path : ''}` };
}

/** The result for one language: its status, in words of its own, and its content. */
export function languageOf(plan: Plan, piece: Piece, { word, end }: ShownStatus): BodyObject {
  const [TransSrc = '', TransDst = ''] = String(piece.definition).split('>');
  const Status = word === 'SUCCESS' ? 'Success' : word === 'FAIL' ? 'Error' : word;
  return { Status, TransSrc, TransDst, ...(end?.word === 'SUCCESS' && outputOf(plan, piece)) };
}

/** A part of an unknown kind's output: the result is beside its Status. */
export function partOf(plan: Plan, piece: Piece, stand: ShownStatus): BodyObject {
  const { Output, ...said } = holderOf(plan, piece, stand, null);
  return { ...said, ...(Output as BodyObject | null) };
}

/** The random generator of an end: the same in every notification that reports this end. */
function outputOf(plan: Plan, piece: Piece): BodyObject {
  return subtaskOutput(piece.kind, piece.input, makeRandom(plan.seed, 'output', plan.index, piece.id));
}
