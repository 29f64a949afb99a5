/** The server that tear-down has to stop and to remove. */
export interface RunningServer {
  readonly folder: string;
  stop(): Promise<void>;
}

const KEY = Symbol.for('mps-ledger.spec-server');

/** Set-up and tear-down are loaded apart from each other, so what one leaves to the other lies in the process. */
const kept = globalThis as { [KEY]?: RunningServer | undefined };

/** Stores a server for the tear-down of the same run. */
export function keepRunning(server: RunningServer): void {
  kept[KEY] = server;
}

/** Whether set-up stored a server that was not taken yet. */
export function isServerRunning(): boolean {
  return kept[KEY] !== undefined;
}

/** Takes the server that set-up stored; undefined if there is none, or it was taken. */
export function takeRunning(): RunningServer | undefined {
  const server = kept[KEY];
  kept[KEY] = undefined;
  return server;
}
