/** What the end of a run has to end and to remove. */
export interface RunningServer {
  readonly folder: string;
  stop(): Promise<void>;
}

const KEY = Symbol.for('mps-ledger.spec-server');

/** Set-up and tear-down are loaded apart from each other, so what one leaves to the other lies in the process. */
const kept = globalThis as { [KEY]?: RunningServer | undefined };

/** Leaves a server to the tear-down of the same run. */
export function keepRunning(server: RunningServer): void {
  kept[KEY] = server;
}

/** Whether set-up left a server that nobody took yet. */
export function isServerRunning(): boolean {
  return kept[KEY] !== undefined;
}

/** The server that set-up left, once. */
export function takeRunning(): RunningServer | undefined {
  const server = kept[KEY];
  kept[KEY] = undefined;
  return server;
}
