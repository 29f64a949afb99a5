/** The brokers that tear-down has to stop. */
export interface RunningBrokers {
  stop(): Promise<void>;
}

const KEY = Symbol.for('mps-ledger.spec-brokers');

/** Set-up and tear-down are loaded apart from each other, so what one leaves to the other lies in the process. */
const kept = globalThis as { [KEY]?: RunningBrokers | undefined };

/** Stores brokers for the tear-down of the same run. */
export function keepBrokers(brokers: RunningBrokers): void {
  kept[KEY] = brokers;
}

/** Takes the brokers that set-up stored; undefined if there are none, or they were taken. */
export function takeBrokers(): RunningBrokers | undefined {
  const brokers = kept[KEY];
  kept[KEY] = undefined;
  return brokers;
}
