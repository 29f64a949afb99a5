import type { DifferingPlace, DifferingTask, ValueDifference } from '@mps-ledger/comparing';
import { printableLines } from '@mps-ledger/platform';
import type { CompareReport } from './report';

/** A report for people. */
export function reportText(report: CompareReport): string {
  const { from, to, log, history, tasks, places, differing, left } = report;
  const shown = tasks.length + places.length;
  const lines = [
    `Log ${log.log_id}, log generation ${log.log_generation}, event generation ${log.event_generation}, ${log.partitions} partitions.`,
    ...[from, to].map(
      ({ build, tasks: count, digest, fold_version: fold }) =>
        `Build ${build}: ${count.toLocaleString('en')} tasks, fold version ${fold}, digest ${digest}`,
    ),
    ...history.filter((one) => one.from !== one.to).map(historyLine),
    ...tasks.flatMap(taskLines),
    ...places.flatMap(placeLines),
    ...(differing > tasks.length
      ? [`… and ${(differing - tasks.length).toLocaleString('en')} more tasks that differ`]
      : []),
    ...left.slice(0, 20).map((key) => `Not compared, since it changed whenever it was looked at: task ${key}`),
    verdict(report, shown),
  ];
  return printableLines(`${lines.join('\n')}\n`);
}

function verdict({ equal, differing, at_least: atLeast, places, left, history }: CompareReport, shown: number): string {
  if (equal) return 'Equal: nothing that readers see differs.';
  const isCounted = history.some(({ from, to }) => from !== to);
  if (shown === 0 && !isCounted)
    return `NOT COMPARED: ${left.length} tasks. Wait longer (--patience), or compare at a quieter time.`;
  return `DIFFERENT: ${atLeast ? 'at least ' : ''}${differing} tasks, ${places.length} rows of no task.`;
}

function historyLine({ partition, upTo, from, to }: CompareReport['history'][number]): string {
  return `History of partition ${partition} up to ${upTo}: ${from} → ${to} records`;
}

function taskLines({ account, task_id: taskId, task_key: key, values, more }: DifferingTask): readonly string[] {
  const name = taskId === null ? `Task ${key}` : `Task ${JSON.stringify(taskId)} of account ${account ?? '?'} (${key})`;
  return [name, ...values.flatMap(valueLines), ...(more > 0 ? [`  … and ${more} more values`] : [])];
}

function placeLines({ table, topic, partition, offset, values }: DifferingPlace): readonly string[] {
  return [`Row of ${table} at ${topic}, partition ${partition}, offset ${offset}`, ...values.flatMap(valueLines)];
}

function valueLines({ value, from, to, events }: ValueDifference): readonly string[] {
  return [
    `  ${value} ${from ?? 'nothing'} → ${to ?? 'nothing'}`,
    ...events.map(({ position, type, trust, event_id: id }) => `    ${position} ${type} (${trust}) event ${id}`),
  ];
}
