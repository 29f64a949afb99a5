import { once } from 'node:events';
import { createWriteStream, openSync } from 'node:fs';

/** A file that is written to over a whole run. */
export interface OutputFile {
  /** Throws where an earlier piece could not be written: a run does not go on without its books. */
  readonly write: (piece: string | Buffer) => void;
  /** Resolves when enough of what was written is in the file to write more. */
  readonly drained: () => Promise<void>;
  /** Resolves when all of it is in the file; rejects where that failed. */
  readonly close: () => Promise<void>;
}

/** Opens a file anew (`w`) or to be appended to (`a`); throws where that cannot be. */
export function openOutput(file: string, flags: 'w' | 'a'): OutputFile {
  const out = createWriteStream(file, { fd: openSync(file, flags) });
  let failure: Error | null = null;
  out.on('error', (error) => (failure ??= error));
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    write: (piece) => {
      check();
      out.write(piece);
    },
    drained: async () => {
      check();
      if (out.writableNeedDrain) await once(out, 'drain');
    },
    close: async () => {
      check();
      await once(out.end(), 'close');
      check();
    },
  };
}
