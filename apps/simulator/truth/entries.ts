import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { Stand, View } from '../task/view';

/** A piece in one spelling of its input: what a notification shows, and what nobody can know to be another one's piece. */
export interface Guise {
  readonly piece: Piece;
  readonly early: 'bare' | 'template' | null;
}

export function guiseOf(piece: Piece, stand: Stand): Guise {
  return { piece, early: stand.early ?? null };
}

/** The same text for the same guise. */
export function nameOf({ piece, early }: Guise): string {
  return `${piece.id} ${early ?? ''}`;
}

/** What is known of its template. */
export function definitionOf({ piece, early }: Guise): string | null {
  return early === 'bare' || piece.definition === null ? null : String(piece.definition);
}

/** Where a guise is counted: by kinds and definitions, and by kinds alone, each with those above it. */
export interface Entries {
  readonly own: string;
  readonly kinds: string;
}

export function entriesOf(plan: Plan, guise: Guise): Entries {
  const { piece } = guise;
  const own = `${piece.kind.kind} ${definitionOf(guise) ?? ''}`;
  const above = piece.parent === null ? undefined : plan.pieces[piece.parent];
  if (above === undefined) return { own, kinds: piece.kind.kind };
  const upper = entriesOf(plan, { piece: above, early: null });
  return { own: `${upper.own}/${own}`, kinds: `${upper.kinds}/${piece.kind.kind}` };
}

/** How many one notification showed of an entry, at most. */
export interface Most {
  readonly ever: number;
  readonly atFinish: number;
}

/** By `own`, and by `kinds` with a mark before it. */
export function mostShown(plan: Plan, views: readonly View[]): ReadonlyMap<string, Most> {
  const most = new Map<string, Most>();
  for (const view of views) {
    for (const [entry, count] of shownIn(plan, view)) {
      const { ever, atFinish } = most.get(entry) ?? { ever: 0, atFinish: 0 };
      const finish = view.word === 'FINISH' ? count : 0;
      most.set(entry, { ever: Math.max(ever, count), atFinish: Math.max(atFinish, finish) });
    }
  }
  return most;
}

function shownIn(plan: Plan, view: View): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [id, stands] of view.stands) {
    const piece = plan.pieces[id];
    for (const stand of piece === undefined ? [] : stands) {
      for (const entry of bothOf(entriesOf(plan, guiseOf(piece as Piece, stand)))) {
        counts.set(entry, (counts.get(entry) ?? 0) + 1);
      }
    }
  }
  return counts;
}

export function bothOf({ own, kinds }: Entries): readonly string[] {
  return [own, `all ${kinds}`];
}
