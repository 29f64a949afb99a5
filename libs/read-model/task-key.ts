import { hash } from 'node:crypto';

/**
 * The key of a task in every table: SHA-256 of the JSON text of `[account, TaskId]`. JSON.stringify escapes lone
 * surrogates, so that any two different TaskIds have different keys.
 */
export function taskKey(account: string, taskId: string): Buffer {
  return hash('sha256', JSON.stringify([account, taskId]), 'buffer');
}
