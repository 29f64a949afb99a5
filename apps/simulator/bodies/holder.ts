import { makeRandom } from '../random';
import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { Stand } from '../task/view';
import type { Json, JsonObject } from './json';
import { subtaskOutput } from './subtask-outputs';

/** What MPS writes where something has not happened yet. */
const NOT_YET = '0000-00-00T00:00:00Z';

/** What a holder's Output has of a second level. */
export type Below = { readonly elements: readonly Json[] } | { readonly members: JsonObject } | null;

/**
 * The object that says how one subtask stands: Status, errors, Progress, times, Input, Output, as far as its result type
 * has them. `below` is the second level: in place of an output, in members of it, or null for kinds that have none.
 */
export function holderOf(plan: Plan, piece: Piece, stand: Stand, below: Below): JsonObject {
  const { kind } = piece;
  const { end } = stand;
  return {
    Status: stand.word,
    ...(kind.errCodeExt && plan.spellsExt && { ErrCodeExt: end?.ext ?? '' }),
    ...(kind.errCode && { ErrCode: end?.code ?? 0 }),
    // Says "SUCCESS" also while nothing is decided: the samples do.
    Message: end?.message ?? (stand.progress > 0 ? 'SUCCESS' : ''),
    ...(kind.progress && { Progress: stand.progress }),
    ...(kind.times && { BeginProcessTime: end?.begin ?? NOT_YET, FinishTime: end?.finish ?? NOT_YET }),
    Input: stand.early === 'template' ? asTemplate(piece.input) : piece.input,
    Output: outputWith(below, end?.word === 'SUCCESS' ? outputOf(plan, piece) : null),
  };
}

function outputWith(below: Below, output: JsonObject | null): Json {
  if (below === null) return output;
  return 'elements' in below ? below.elements : { ...output, ...below.members };
}

/** The path before it is known. */
function asTemplate(input: JsonObject): JsonObject {
  const { OutputObjectPath: path } = input;
  return { ...input, OutputObjectPath: `/{inputName}${typeof path === 'string' ? path : ''}` };
}

/** The result of one language: how it ended in words of its own, and what it is made of. */
export function languageOf(plan: Plan, piece: Piece, { word, end }: Stand): JsonObject {
  const [TransSrc = '', TransDst = ''] = String(piece.definition).split('>');
  const Status = word === 'SUCCESS' ? 'Success' : word === 'FAIL' ? 'Error' : word;
  return { Status, TransSrc, TransDst, ...(end?.word === 'SUCCESS' && outputOf(plan, piece)) };
}

/** A part of an unknown kind's output: its result stands beside its Status. */
export function partOf(plan: Plan, piece: Piece, stand: Stand): JsonObject {
  const { Output, ...said } = holderOf(plan, piece, stand, null);
  return { ...said, ...(Output as JsonObject | null) };
}

/** The same in every notification that tells of this end. */
function outputOf(plan: Plan, piece: Piece): JsonObject {
  return subtaskOutput(piece.kind, piece.input, makeRandom(plan.seed, 'output', plan.index, piece.id));
}
