import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { ShownStatus, View } from '../task/view';

/** A piece in one spelling of its input. To the ledger, two spellings of a piece are two subtasks. */
export interface PieceSpelling {
  readonly piece: Piece;
  readonly early: 'bare' | 'template' | null;
}

export function spellingOf(piece: Piece, stand: ShownStatus): PieceSpelling {
  return { piece, early: stand.early ?? null };
}

/** A text that identifies a spelling. */
export function nameOf({ piece, early }: PieceSpelling): string {
  return `${piece.id} ${early ?? ''}`;
}

/** The definition in this spelling; null if it is not shown. */
export function definitionOf({ piece, early }: PieceSpelling): string | null {
  return early === 'bare' || piece.definition === null ? null : String(piece.definition);
}

/** The entries that a spelling counts for: by kinds and definitions, and by kinds alone, each with those of the parents. */
export interface PieceEntries {
  readonly own: string;
  readonly kinds: string;
}

export function entriesOf(plan: Plan, guise: PieceSpelling): PieceEntries {
  const { piece } = guise;
  const own = `${piece.kind.kind} ${definitionOf(guise) ?? ''}`;
  const above = piece.parent === null ? undefined : plan.pieces[piece.parent];
  if (above === undefined) return { own, kinds: piece.kind.kind };
  const upper = entriesOf(plan, { piece: above, early: null });
  return { own: `${upper.own}/${own}`, kinds: `${upper.kinds}/${piece.kind.kind}` };
}

/** The highest number that one notification showed for an entry. */
export interface ShownMaximum {
  readonly ever: number;
  readonly atFinish: number;
}

/** The highest numbers by `own`, and by `kinds` with a prefix. */
export function mostShown(plan: Plan, views: readonly View[]): ReadonlyMap<string, ShownMaximum> {
  const most = new Map<string, ShownMaximum>();
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
      for (const entry of bothOf(entriesOf(plan, spellingOf(piece as Piece, stand)))) {
        counts.set(entry, (counts.get(entry) ?? 0) + 1);
      }
    }
  }
  return counts;
}

export function bothOf({ own, kinds }: PieceEntries): readonly string[] {
  return [own, `all ${kinds}`];
}
