import type { SimulatedItem } from '../catalogue/live-kinds';
import type { SubtaskEnd } from './ends';
import type { TaskEnd } from './plan';

/** The status of one copy of a piece in one notification. */
export interface ShownStatus {
  /** The subtask's Status: WAITING, PROCESSING, SUCCESS, FAIL, or an unknown word. */
  readonly word: string;
  /** 0 to 100, while it is processing. */
  readonly progress: number;
  /** Its end; null while it has none. */
  readonly end: SubtaskEnd | null;
  /** The early spelling of its input: no holder at all, or a template for its path. */
  readonly early?: 'bare' | 'template';
}

/** The content of one notification about its task. The body is written from it, and the truth is computed from it. */
export interface View {
  /** The task's Status: WAITING, PROCESSING, FINISH, or an unknown word. */
  readonly word: string;
  /** The task's end; null before FINISH. */
  readonly end: TaskEnd | null;
  /** Whether MetaData is shown; it is unknown until the source was probed. */
  readonly media: boolean;
  /** The status of each copy, by the piece's id; a piece that is missing here is not shown. */
  readonly stands: ReadonlyMap<number, readonly ShownStatus[]>;
  /** Results of a live stream, all of one kind. */
  readonly items?: readonly SimulatedItem[];
}

export const NO_STATUS: ShownStatus = { word: '', progress: 0, end: null };

export function endedAs(end: SubtaskEnd): ShownStatus {
  return { word: end.word, progress: 100, end };
}
