import { hash } from 'node:crypto';
import { encodeState } from '@mps-ledger/tasks';
import type { TaskState } from '@mps-ledger/tasks';

/**
 * The digest of a task's state: SHA-256, in hex, of the text of `encodeState` in UTF-8. Equal states have equal digests on any machine; states
 * of different versions of the fold are not compared by it. The state is that of all applied events: parked ones are not in it.
 */
export function stateDigest(state: TaskState): string {
  return stateTextDigest(encodeState(state));
}

/** `stateDigest` of a state by its text, which `encodeState` wrote. */
export function stateTextDigest(text: string): string {
  return hash('sha256', text);
}
