import type { ShownSubtask, ShownTask } from '../api/answers';
import { isLeaf } from './leaves';

/** Failed subtasks that the sentence names. */
const NAMED = 3;

/** What happened to a task and why, in one sentence without its time. */
export function taskSentence(task: ShownTask): string {
  const leaves = task.subtasks.filter(isLeaf(task.subtasks)).filter(({ superseded }) => !superseded);
  const ended = leaves.filter(({ status }) => status === 'succeeded' || status === 'failed').length;
  switch (task.status) {
    case 'finished':
      return finishedSentence(task, leaves);
    case 'processing':
      return leaves.length === 0
        ? 'in progress.'
        : `in progress: ${ended} of ${numberOf(leaves.length, 'subtask')} ended so far.`;
    case 'queued':
      return 'waiting at the provider; nothing has begun.';
    case 'unknown':
      return 'nothing was said of its status yet.';
    default:
      return task.status satisfies never;
  }
}

function finishedSentence(task: ShownTask, leaves: readonly ShownSubtask[]): string {
  const failed = task.subtasks.filter(({ status }) => status === 'failed');
  switch (task.outcome) {
    case 'succeeded':
      return leaves.length === 0
        ? 'without an error.'
        : `${leaves.length === 1 ? 'its one subtask' : `all ${leaves.length} subtasks`} succeeded.`;
    case 'partially-failed':
    case 'failed': {
      if (failed.length === 0 || isError(task.error_code)) return `the task itself failed${codeWords(task)}.`;
      const names = failed.slice(0, NAMED).map((subtask) => `${subtaskName(subtask)}${codeWords(subtask)}`);
      const others = failed.length > NAMED ? ` and ${failed.length - NAMED} more` : '';
      return `${failed.length} of ${numberOf(Math.max(leaves.length, failed.length), 'subtask')} failed: ${names.join('; ')}${others}.`;
    }
    case 'undetermined':
    case null:
      return `the outcome is not known. ${task.outcome_reason ?? ''}`.trim();
    default:
      return task.outcome satisfies never;
  }
}

const isError = (code: ShownTask['error_code']): boolean => code !== null && code !== 0;

const numberOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `, code 30010`, with the class of the provider where it gives one. */
function codeWords({
  error_code: code,
  ...rest
}: Pick<ShownTask, 'error_code'> & { readonly error_code_ext?: string | null }): string {
  const ext = rest.error_code_ext ?? null;
  const shown = isError(code) ? `, code ${code}` : '';
  return ext === null || ext === '' ? shown : `${shown}${shown === '' ? ', ' : ' '}${shown === '' ? ext : `(${ext})`}`;
}

/** `Transcode 10` */
export function subtaskName({ kind, definition }: Pick<ShownSubtask, 'kind' | 'definition'>): string {
  return definition === null || definition === '' ? kind : `${kind} ${definition}`;
}
