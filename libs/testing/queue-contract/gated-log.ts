import type { EventLog } from '@mps-ledger/event-log';

/** A log whose appends a spec holds back. */
export interface GatedLog {
  readonly log: EventLog;
  hold(): void;
  release(): void;
  /** Appends that are held back. */
  held(): number;
}

/** Wraps a log: while its appends are held back, nothing is on it and nobody knows what will be. */
export function gatedLog(log: EventLog): GatedLog {
  let waiting: (() => void)[] | null = null;
  const pass = (): Promise<void> => new Promise((resolve) => (waiting === null ? resolve() : waiting.push(resolve)));
  return {
    log: { ...log, append: (...given) => pass().then(() => log.append(...given)) },
    hold: () => void (waiting ??= []),
    release() {
      const held = waiting ?? [];
      waiting = null;
      for (const resolve of held) resolve();
    },
    held: () => waiting?.length ?? 0,
  };
}
