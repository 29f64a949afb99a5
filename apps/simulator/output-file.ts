import { once } from 'node:events';
import { createWriteStream, openSync } from 'node:fs';

/** A file that is written during the whole run. */
export interface OutputFile {
  /** Throws if an earlier write failed, so that a run does not continue without its output. */
  readonly write: (piece: string | Buffer) => void;
  /** Resolves when the buffer has room for more. */
  readonly drained: () => Promise<void>;
  /** Resolves when everything is in the file; rejects if that failed. */
  readonly close: () => Promise<void>;
}

/** Opens a file for writing (`w`) or appending (`a`); throws if that fails. */
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
