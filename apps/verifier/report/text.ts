import { printable, printableLines } from '@mps-ledger/platform';
import type { Result } from '../verify';
import type { CheckReport, Difference } from './findings';

/** A result for people, as lines of text. */
export function resultText({ checks, sums, ...result }: Result, where: string): string {
  const { notifications, events } = sums;
  const failed = checks.filter(({ ok }) => !ok);
  const lines = [
    `Log ${result.log}, log generation ${result.log_generation}, event generation ${result.event_generation}, ${result.partitions} partitions, in ${where}.`,
    ...checks.flatMap(checkLines),
    `${notifications.raw} notifications; ${events.appended} distinct events = ` +
      `${events.applied} applied + ${events.parked} parked + ${events.lag} yet to be applied.`,
    failed.length === 0
      ? 'Verified: nothing differs.'
      : `NOT VERIFIED: ${failed.map(({ name }) => name).join(', ')}. docs/verifying.md says how to read it.`,
  ];
  return printableLines(`${lines.join('\n')}\n`);
}

function checkLines({ name, what, ok, checked, unit, found, differences }: CheckReport): string[] {
  const isSkipped = ok && checked === 0 && (name === 'acknowledged' || name === 'truth');
  const came = isSkipped ? 'nothing given' : `${checked} ${unit}`;
  const verdict = ok ? 'ok' : `${found} ${found === 1 ? 'difference' : 'differences'}`;
  const rest = found - differences.length;
  return [
    `${name.padEnd(14)} ${(isSkipped ? '-' : verdict).padEnd(16)} ${came.padEnd(28)} ${what}`,
    ...differences.flatMap(differenceLines),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
  ];
}

function differenceLines({ what, where, expected, got }: Difference): string[] {
  return [
    `  - ${what}`,
    ...(Object.keys(where).length === 0 ? [] : [`      at        ${placeText(where)}`]),
    ...(expected === undefined ? [] : [`      expected  ${shown(expected)}`]),
    ...(got === undefined ? [] : [`      got       ${shown(got)}`]),
  ];
}

function placeText({ topic, partition, offset, ...named }: Difference['where']): string {
  const place = [
    ...(topic === undefined ? [] : [topic]),
    ...(partition === undefined ? [] : [`partition ${partition}`]),
    ...(offset === undefined ? [] : [`offset ${offset}`]),
  ];
  return [...place, ...Object.entries(named).map(([name, value]) => `${name} ${shown(value)}`)].join(' ');
}

/** One line, without what a terminal would obey. */
function shown(value: unknown): string {
  return printable(JSON.stringify(value));
}
