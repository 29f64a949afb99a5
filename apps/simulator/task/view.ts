import type { End } from './ends';
import type { TaskEnd } from './plan';

/** How one copy of a piece stands in one notification. */
export interface Stand {
  /** The subtask's Status: WAITING, PROCESSING, SUCCESS, FAIL, or a word that nobody knows. */
  readonly word: string;
  /** 0 to 100, of what is under way. */
  readonly progress: number;
  /** What is said of its end; null while it has none. */
  readonly end: End | null;
  /** How its input is spelled before it is known in full: not at all (no holder), or with a template for its path. */
  readonly early?: 'bare' | 'template';
}

/** All that one notification says of its task. The body is spelled from it, and the truth follows from it. */
export interface View {
  /** The task's Status: WAITING, PROCESSING, FINISH, or a word that nobody knows. */
  readonly word: string;
  /** What is said of the task's end; null before FINISH. */
  readonly end: TaskEnd | null;
  /** Whether MetaData is shown: it is not known before the source was looked at. */
  readonly media: boolean;
  /** By the piece's id, a stand for each copy; a piece that is not in it is not shown. */
  readonly stands: ReadonlyMap<number, readonly Stand[]>;
}

export const BARE: Stand = { word: '', progress: 0, end: null };

export function endedAs(end: End): Stand {
  return { word: end.word, progress: 100, end };
}
