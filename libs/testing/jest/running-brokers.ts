/** What the end of a run has to end. */
export interface RunningBrokers {
  stop(): Promise<void>;
}

const KEY = Symbol.for('mps-ledger.spec-brokers');

/** Set-up and tear-down are loaded apart from each other, so what one leaves to the other lies in the process. */
const kept = globalThis as { [KEY]?: RunningBrokers | undefined };

/** Leaves brokers to the tear-down of the same run. */
export function keepBrokers(brokers: RunningBrokers): void {
  kept[KEY] = brokers;
}

/** The brokers that set-up left, once. */
export function takeBrokers(): RunningBrokers | undefined {
  const brokers = kept[KEY];
  kept[KEY] = undefined;
  return brokers;
}
