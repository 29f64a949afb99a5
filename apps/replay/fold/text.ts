import { printable, printableLines } from '@mps-ledger/platform';
import type { FoldedView } from './task-of-export';

/** What all tasks of a file come to. */
export interface FoldSums {
  readonly tasks: number;
  readonly records: number;
  readonly of_no_task: number;
  readonly fold_version: number;
  readonly mapper: string;
  /** `StatesDigest` over all tasks. */
  readonly digest: string;
}

/** A task for people: in one line, or with its state. */
export function taskText({ state, state_digest: digest, ...task }: FoldedView, isWhole: boolean): string {
  const name = printable(JSON.stringify(task.task_id));
  const counts = `version ${task.version}, ${task.events} events, ${task.parked} parked${task.incomplete ? ', incomplete' : ''}`;
  if (!isWhole)
    return `${digest}  ${state.status}${state.outcome === null ? '' : ` ${state.outcome}`}, ${counts}, ${task.account} ${name}\n`;
  return printableLines(
    `Task ${name} of account ${task.account}: ${counts}.\n${JSON.stringify(state, null, 2)}\nstate_digest ${digest}\n`,
  );
}

/** The sums for people. */
export function sumsText({ tasks, records, of_no_task: ofNoTask, ...sums }: FoldSums): string {
  const rest = ofNoTask === 0 ? '' : `, ${ofNoTask.toLocaleString('en')} of no task`;
  return (
    `${tasks.toLocaleString('en')} tasks of ${records.toLocaleString('en')} records${rest}; fold version ${sums.fold_version}, mapper ${sums.mapper}.\n` +
    `Digest over all states: ${sums.digest}\n`
  );
}
