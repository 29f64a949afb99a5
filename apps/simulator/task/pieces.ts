import type { JsonObject } from '../bodies/json';
import { subtaskInput } from '../bodies/subtask-inputs';
import { ACTIVITIES, SINGLE, WORKFLOW_SETS, type Kind } from '../catalogue/kinds';
import { UNKNOWN_KINDS } from '../catalogue/unknown-kinds';
import type { Random } from '../random';
import { failure, success, type End } from './ends';

/** One piece of a task's work: a subtask, or several that nothing tells apart (twins). */
export interface Piece {
  /** Its place in the plan. */
  readonly id: number;
  /** The piece it is the second level of. */
  readonly parent: number | null;
  readonly kind: Kind;
  /** Null where its Input has none. */
  readonly definition: number | null;
  readonly input: JsonObject;
  /** How each copy ends: one, or several for twins. */
  readonly ends: readonly End[];
  /** What it stays at: nothing of it but its Type is ever shown; or it has not ended when the task has. */
  readonly stays: 'bare' | 'open' | null;
}

const TWINS = 0.06;
const FAILS = 0.08;
const STAYS_BARE = 0.004;
const STAYS_OPEN = 0.006;

/** How many pieces a task has: mostly few, sometimes many or none. */
function howMany(random: Random): number {
  return random.chance(0.05) ? random.below(13) : random.pick([0, 1, 1, 1, 2, 2, 3, 3, 4, 5]);
}

interface Making {
  readonly random: Random;
  readonly pieces: Piece[];
  /** Some pieces of a task share a Definition, and are told apart by other members of Input. */
  readonly sharedDefinition: number;
}

/** The pieces of a workflow or schedule task; `unknown` is how often one of a kind from no document is among them. */
export function planPieces(family: 'workflow' | 'schedule', unknown: number, random: Random): readonly Piece[] {
  const making: Making = { random, pieces: [], sharedDefinition: random.between(10, 200) };
  const count = howMany(random);
  for (let n = 0; n < count; n += 1) {
    if (family === 'schedule') addActivity(making);
    else add(making, random.pick(random.pick(WORKFLOW_SETS)), null);
  }
  if (family === 'workflow') {
    for (const kind of SINGLE) if (random.chance(0.08)) add(making, kind, null);
    if (random.chance(unknown)) add(making, random.pick(UNKNOWN_KINDS), null);
  }
  return making.pieces;
}

function addActivity(making: Making): void {
  const { random } = making;
  const kind = random.pick(ACTIVITIES);
  const parent = add(making, kind, null);
  if (kind.below === undefined || parent.stays === 'bare') return;
  const count = random.between(0, 4);
  for (let n = 0; n < count; n += 1) add(making, random.pick(kind.below), parent.id);
}

function add({ random, pieces, sharedDefinition }: Making, kind: Kind, parent: number | null): Piece {
  const id = pieces.length;
  const bare = canBeBare(kind, pieces) && random.chance(STAYS_BARE);
  const definition = random.chance(0.5) && hasMark(kind) ? sharedDefinition : 1000 * (id + 1) + random.below(1000);
  const input = subtaskInput(kind, definition, `${id}${random.hex(4)}`, random);
  const copies = !bare && canHaveTwins(kind) && random.chance(TWINS) ? random.between(2, 3) : 1;
  const piece: Piece = {
    id,
    parent,
    kind,
    definition: bare || input['Definition'] === undefined ? null : definition,
    input,
    ends: Array.from({ length: copies }, () => (random.chance(FAILS) ? failure(kind, random) : success(kind, random))),
    stays: bare ? 'bare' : random.chance(STAYS_OPEN) ? 'open' : null,
  };
  pieces.push(piece);
  return piece;
}

/** Whether Input has a member that tells two of a kind apart besides Definition. */
function hasMark(kind: Kind): boolean {
  return kind.shape !== 'review' && (kind.shape !== 'recognition' || kind.below !== undefined);
}

/** Twins of what has a second level, or of what there is one of, are not played. */
function canHaveTwins(kind: Kind): boolean {
  return kind.below === undefined && kind.types.length > 0;
}

/** Two elements with nothing but one Type cannot be told apart: there is at most one. */
function canBeBare(kind: Kind, pieces: readonly Piece[]): boolean {
  const already = pieces.some((piece) => piece.kind.kind === kind.kind && piece.stays === 'bare');
  return kind.types.length > 0 && kind.set !== 'unknown' && !already;
}
