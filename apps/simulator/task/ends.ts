import type { Kind } from '../catalogue/kinds';
import type { Random } from '../random';

/** The end of one subtask. */
export interface SubtaskEnd {
  readonly word: 'SUCCESS' | 'FAIL';
  /** 0 if there is none. */
  readonly code: number;
  /** Empty if there is none. */
  readonly ext: string;
  readonly message: string;
  /** RFC 3339; null for kinds whose result has no times. */
  readonly begin: string | null;
  readonly finish: string | null;
}

/** ErrCodeExt, ErrCode, Message: the documented texts, and the one number seen in samples. */
const FAILURES = [
  ['InternalError', 30_010, 'TencentVodPlatErr Or Unkown'],
  ['InternalError', 70_000, 'internal error'],
  ['InvalidInput', 70_001, 'bad parameter'],
  ['InvalidInput.DefinitionNotExist', 70_002, 'no such template'],
  ['SourceFileError.NoVideoMedia', 40_000, 'no video stream'],
  ['', 60_000, 'download failed: 源文件不存在'],
  ['SourceFileError', 0, 'cannot be read'],
] as const;

/** All times of a run are within a day after this, so that bodies depend on the seed and not on the clock. */
const EPOCH = Date.UTC(2026, 0, 15, 4, 0, 0);

/** RFC 3339 in whole seconds, as MPS writes it. */
export function timeAfter(seconds: number): string {
  return new Date(EPOCH + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

export function success(kind: Kind, random: Random): SubtaskEnd {
  return { word: 'SUCCESS', code: 0, ext: '', message: random.pick(['', 'SUCCESS']), ...times(kind, random) };
}

export function failure(kind: Kind, random: Random): SubtaskEnd {
  const [ext, code, message] = random.pick(FAILURES);
  return { word: 'FAIL', code, ext, message, ...times(kind, random) };
}

function times(kind: Kind, random: Random): Pick<SubtaskEnd, 'begin' | 'finish'> {
  const began = random.below(40_000);
  if (!kind.times) return { begin: null, finish: null };
  return { begin: timeAfter(began), finish: timeAfter(began + random.between(1, 20_000)) };
}
