import { printable } from '@mps-ledger/platform';
import type { CheckedDeployment, CheckItem, CheckStatus } from '../check';

const WIDTH = 22;
const COLOURS: Readonly<Record<CheckStatus, string>> = {
  ok: '32',
  warning: '33',
  finding: '31;1',
  'not-checked': '2',
};

/** One check for people: a line, and below it what is wrong, where, and what to do. */
export function checkText({ name, status, items }: CheckedDeployment, colour: boolean): string {
  const [first] = items;
  const isPlain = items.length === 1 && first !== undefined && !('fix' in first);
  const summary = isPlain ? first.what : summaryOf(items);
  const lines = [`${painted(status, colour)} ${name.padEnd(WIDTH)} ${printable(summary)}`];
  if (!isPlain) lines.push(...items.filter((item) => 'fix' in item).flatMap((item) => itemLines(item, status, colour)));
  return `${lines.join('\n')}\n`;
}

/** Of checks with several items: what is in order, and how much is not. */
function summaryOf(items: readonly CheckItem[]): string {
  const count = (status: CheckStatus): number => items.filter((item) => item.status === status).length;
  const parts = [
    ...counted(count('finding'), 'finding'),
    ...counted(count('warning'), 'warning'),
    ...items.filter((item) => !('fix' in item)).map(({ what }) => what),
  ];
  return parts.join('; ');
}

function counted(count: number, name: string): string[] {
  return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
}

function itemLines(item: CheckItem, status: CheckStatus, colour: boolean): string[] {
  if (!('fix' in item)) return [];
  const mark = item.status === status ? '' : `${item.status}: `;
  return [
    `    - ${mark}${indented(item.what)}`,
    ...(item.where === undefined ? [] : [`      where   ${printable(item.where)}`]),
    `      to do   ${colour ? `\u001b[1m${printable(item.fix)}\u001b[0m` : printable(item.fix)}`,
  ];
}

const indented = (text: string): string => text.split('\n').map(printable).join('\n      ');

function painted(status: CheckStatus, colour: boolean): string {
  const word = (status === 'not-checked' ? 'not checked' : status).padEnd(11);
  return colour ? `\u001b[${COLOURS[status]}m${word}\u001b[0m` : word;
}

/** The last line: how many of each. */
export function summaryText(checks: readonly CheckedDeployment[]): string {
  const count = (status: CheckStatus): number =>
    checks.flatMap(({ items }) => items).filter((item) => item.status === status).length;
  const [findings, warnings] = [count('finding'), count('warning')];
  const skipped = checks.filter(({ status }) => status === 'not-checked').length;
  const rest = `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${skipped} not checked`;
  if (findings === 0) return `No finding; ${rest}.\n`;
  return `${findings} ${findings === 1 ? 'FINDING' : 'FINDINGS'}; ${rest}. docs/doctor.md says more of each.\n`;
}
