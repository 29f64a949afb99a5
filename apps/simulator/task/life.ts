import type { Random } from '../random';
import { liveViews } from './live';
import type { Piece } from './pieces';
import type { Plan } from './plan';
import { NO_STATUS, endedAs, type ShownStatus, type View } from './view';

/** `finish`: one notification at the end, which is MPS's default. `change`: one at every change of status. */
export type Mode = 'finish' | 'change';

const MOST_STEPS = 5;

/** The views that MPS reports over the life of a task, in order. The last one is the FINISH, which repeats every end. */
export function lifeOf(plan: Plan, mode: Mode, random: Random): readonly View[] {
  const finish = finishOf(plan);
  // MPS knows no mode for live streams: their results are reported in any case.
  if (plan.family === 'live') return [...liveViews(random), finish];
  if (mode === 'finish') return [finish];
  const views: View[] = [];
  if (random.chance(0.3)) views.push({ word: 'WAITING', end: null, media: false, stands: new Map() });
  let stands: View['stands'] = new Map();
  const steps =
    plan.pieces.length === 0 ? random.between(0, 1) : random.between(1, Math.min(MOST_STEPS, plan.pieces.length + 1));
  for (let step = 0; step < steps; step += 1) {
    stands = advanced(plan, stands, random);
    views.push({ word: 'PROCESSING', end: null, media: step > 0, stands });
  }
  return [...views, finish];
}

/** The view of the planned FINISH. */
export function finishOf(plan: Plan): View {
  const stands = new Map(plan.pieces.map((piece) => [piece.id, finalStands(piece)]));
  return { word: 'FINISH', end: plan.end, media: plan.end.code === 0, stands };
}

function finalStands(piece: Piece): readonly ShownStatus[] {
  if (piece.stays === 'bare') return [NO_STATUS];
  if (piece.stays === 'open') return piece.ends.map(() => ({ word: 'PROCESSING', progress: 99, end: null }));
  return piece.ends.map(endedAs);
}

/** The next step: some pieces begin, some progress, some end. A parent is shown before its second level. */
function advanced(plan: Plan, before: View['stands'], random: Random): View['stands'] {
  const after = new Map<number, readonly ShownStatus[]>();
  for (const piece of plan.pieces) {
    const known = before.get(piece.id);
    const hidden = piece.parent !== null && !after.has(piece.parent);
    if (hidden || (known === undefined && random.chance(0.3))) continue;
    after.set(
      piece.id,
      piece.ends.map((_, copy) => nextStand(piece, copy, known?.[copy], random)),
    );
  }
  return after;
}

function nextStand(piece: Piece, copy: number, known: ShownStatus | undefined, random: Random): ShownStatus {
  if (piece.stays === 'bare') return NO_STATUS;
  if (known === undefined) {
    const word = random.chance(0.2) ? 'WAITING' : 'PROCESSING';
    return { word, progress: 0, end: null, ...(piece.early !== null && { early: piece.early }) };
  }
  if (known.end !== null || random.chance(0.2)) return known;
  const progress = known.progress + random.between(10, 90);
  const end = piece.ends[copy];
  if (progress < 100 || piece.stays === 'open' || end === undefined) {
    return { word: 'PROCESSING', progress: Math.min(progress, 99), end: null };
  }
  return endedAs(end);
}
