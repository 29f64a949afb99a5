import type { BodyObject } from '../bodies/json';
import { subtaskInput } from '../bodies/subtask-inputs';
import { ACTIVITIES, MEDIA, SINGLE, WORKFLOW_SETS, type Kind } from '../catalogue/kinds';
import { UNKNOWN_KINDS } from '../catalogue/unknown-kinds';
import type { Random } from '../random';
import { failure, success, type SubtaskEnd } from './ends';

/** One piece of a task's work: a subtask, or several identical ones (twins). */
export interface Piece {
  /** Its index in the plan. */
  readonly id: number;
  /** The parent, if it belongs to a second level. */
  readonly parent: number | null;
  readonly kind: Kind;
  /** Null if its Input has none; for a result by language, the languages. */
  readonly definition: number | string | null;
  readonly input: BodyObject;
  /** The end of each copy: one, or several for twins. */
  readonly ends: readonly SubtaskEnd[];
  /** Set for a piece that never ends: only its Type is ever shown, or it is still open when the task has finished. */
  readonly stays: 'bare' | 'open' | null;
  /** The early spelling of its input, before the final one. */
  readonly early: 'bare' | 'template' | null;
}

const TWINS = 0.06;
const FAILS = 0.08;
const STAYS_BARE = 0.004;
const STAYS_OPEN = 0.006;
const EARLY = 0.15;
const LANGUAGES = ['zh>en', 'zh>ja', 'en>zh', 'zh>fr'];

/** The number of pieces of a task: mostly few, sometimes many or none. */
function howMany(random: Random): number {
  return random.chance(0.05) ? random.below(13) : random.pick([0, 1, 1, 1, 2, 2, 3, 3, 4, 5]);
}

interface Making {
  readonly random: Random;
  readonly pieces: Piece[];
  /** Some pieces of a task share a Definition, and differ in other members of Input. */
  readonly sharedDefinition: number;
}

/** Plans the pieces of a workflow or schedule task; `unknown` is the probability of an undocumented kind. */
export function planPieces(family: 'workflow' | 'schedule', unknown: number, random: Random): readonly Piece[] {
  const making: Making = { random, pieces: [], sharedDefinition: random.between(10, 200) };
  const count = howMany(random);
  for (let n = 0; n < count; n += 1) {
    if (family === 'schedule') addWithBelow(making, random.pick(ACTIVITIES), null);
    else addWithBelow(making, random.pick(random.pick(WORKFLOW_SETS)), null);
  }
  if (family === 'workflow') {
    for (const kind of SINGLE) if (random.chance(0.08)) add(making, kind, null);
    if (random.chance(unknown)) addWithBelow(making, random.pick(UNKNOWN_KINDS), null);
  }
  return making.pieces;
}

function addWithBelow(making: Making, kind: Kind, parent: number | null): void {
  const { random } = making;
  const piece = add(making, kind, parent);
  const { below } = kind;
  if (below === undefined || piece.stays === 'bare') return;
  const languages = random.shuffled(LANGUAGES);
  const count = random.between(0, kind.belowAs === 'elements' ? 4 : 3);
  for (let n = 0; n < count; n += 1) {
    if (kind.belowAs === 'languages') add(making, random.pick(below), piece.id, languages[n]);
    else addWithBelow(making, random.pick(below), piece.id);
  }
}

function add(making: Making, kind: Kind, parent: number | null, language?: string): Piece {
  const { random, pieces, sharedDefinition } = making;
  const id = pieces.length;
  const bare = canBeBare(kind, pieces) && random.chance(STAYS_BARE);
  const definition = random.chance(0.5) && hasMark(kind) ? sharedDefinition : 1000 * (id + 1) + random.below(1000);
  const input = subtaskInput(kind, definition, `${id}${random.hex(4)}`, random);
  const copies = !bare && canHaveTwins(kind) && random.chance(TWINS) ? random.between(2, 3) : 1;
  const piece: Piece = {
    id,
    parent,
    kind,
    definition: bare || input['Definition'] === undefined ? (language ?? null) : definition,
    input,
    ends: Array.from({ length: copies }, () => (random.chance(FAILS) ? failure(kind, random) : success(kind, random))),
    stays: bare ? 'bare' : random.chance(STAYS_OPEN) ? 'open' : null,
    early: bare || copies > 1 ? null : earlyOf(kind, making),
  };
  pieces.push(piece);
  return piece;
}

/** Only for pieces without a second level, since its keys would change too. */
function earlyOf(kind: Kind, { random, pieces }: Making): Piece['early'] {
  if (kind.below !== undefined || !random.chance(EARLY)) return null;
  if (MEDIA_SHAPES.has(kind.shape) && random.chance(0.5)) return 'template';
  return canBeBare(kind, pieces) ? 'bare' : null;
}

/** Kinds whose output path is one of the members that distinguish two subtasks. */
const MEDIA_SHAPES: ReadonlySet<string> = new Set(MEDIA.map(({ shape }) => shape));

/** Whether Input has a member besides Definition that distinguishes two subtasks of a kind. */
function hasMark(kind: Kind): boolean {
  return kind.shape !== 'review' && (kind.shape !== 'recognition' || kind.below !== undefined);
}

/** Kinds that occur once in a body have no twins. */
function canHaveTwins(kind: Kind): boolean {
  return kind.types.length > 0;
}

/** Two elements with only the same Type cannot be distinguished, so there is at most one. */
function canBeBare(kind: Kind, pieces: readonly Piece[]): boolean {
  const already = pieces.some(
    (piece) => piece.kind.kind === kind.kind && (piece.stays === 'bare' || piece.early === 'bare'),
  );
  return kind.types.length > 0 && kind.set !== 'unknown' && !already;
}
