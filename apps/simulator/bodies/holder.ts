import { makeRandom } from '../random';
import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { Stand } from '../task/view';
import type { Json, JsonObject } from './json';
import { subtaskOutput } from './subtask-outputs';

/** What MPS writes where something has not happened yet. */
const NOT_YET = '0000-00-00T00:00:00Z';

/**
 * The object that says how one subtask stands: Status, errors, Progress, times, Input, Output, as far as its result type
 * has them. `below` is the second level, null for kinds that have none.
 */
export function holderOf(plan: Plan, piece: Piece, stand: Stand, below: readonly Json[] | null): JsonObject {
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
    Input: piece.input,
    Output: below ?? (end?.word === 'SUCCESS' ? outputOf(plan, piece) : null),
  };
}

/** The same in every notification that tells of this end. */
function outputOf(plan: Plan, piece: Piece): JsonObject {
  return subtaskOutput(piece.kind, piece.input, makeRandom(plan.seed, 'output', plan.index, piece.id));
}
