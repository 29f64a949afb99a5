import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INGEST_FAILPOINTS } from '../../apps/ingest/failpoints';
import { PROJECTOR_FAILPOINTS } from '../../apps/projector/failpoints';
import { KAFKA_SETUP_FAILPOINTS, SETUP_FAILPOINTS, STANDALONE_FAILPOINTS } from '../../apps/standalone/failpoints';
import { faultsOn } from './faults';
import { KAFKA_FAILPOINTS } from './faults/kafka/failpoints';
import { KAFKA_KILLS } from './faults/kafka/kills';
import { faultsIn, withRows } from './report';
import { measuredIn } from './table';

/** What is forwarded is read by the port of the log, so these faults are injected on one of them. */
const isForwarding = (name: string): boolean => name.startsWith('forward.');
const ON_KAFKA_ONLY: readonly string[] = KAFKA_SETUP_FAILPOINTS;
const document = readFileSync(join(process.cwd(), 'docs/reliability.md'), 'utf8');

describe.each(['postgres', 'kafka'] as const)('the table of docs/reliability.md on %s', (log) => {
  const faults = faultsOn(log);

  it('has a row of every fault, in their order, and of no other', () => {
    expect(faultsIn(document, log)).toEqual(faults.map(({ name }) => name));
  });

  it('says of no row that it is not as promised', () => {
    expect(document).not.toContain('NOT AS PROMISED');
  });

  it('takes a row anew and leaves the others as they are', () => {
    const rows = new Map([['kill', '| `kill` | another |']]);
    const changed = withRows(document, log, rows, faults);
    expect(faultsIn(changed, log)).toEqual(faultsIn(document, log));
    expect(changed).toContain('| `kill` | another |');
    expect(withRows(document, log, new Map(), faults)).toBe(document);
  });
});

describe('what rounds measured', () => {
  it('is told as a median and the most, by name', () => {
    const figure = (name: string, value: number) => ({ seed: 1, name, value, unit: 'ms' as const });
    const figures = [figure('pause', 30), figure('start', 5), figure('pause', 10), figure('pause', 20)];
    expect(measuredIn(figures)).toBe('pause: 20 ms in the median of 3, 30 ms at most; start: 5 ms');
    expect(measuredIn([])).toBe('–');
  });
});

describe('the faults', () => {
  it('take two hundred seeds at least on Kafka, where only programs are killed', () => {
    const seeds = [...KAFKA_KILLS, ...KAFKA_FAILPOINTS].reduce((sum, fault) => sum + fault.seeds, 0);
    expect(seeds).toBeGreaterThanOrEqual(200);
  });

  it.each(['postgres', 'kafka'] as const)('have names of their own on %s', (log) => {
    const names = faultsOn(log).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['postgres', [...STANDALONE_FAILPOINTS.filter((name) => !ON_KAFKA_ONLY.includes(name)), 'shutdown.closing']],
    [
      'kafka',
      [
        ...INGEST_FAILPOINTS.filter((name) => !isForwarding(name)),
        ...PROJECTOR_FAILPOINTS,
        ...SETUP_FAILPOINTS,
        ...ON_KAFKA_ONLY,
      ],
    ],
  ] as const)('have every failpoint among them on %s', (log, failpoints) => {
    const names = faultsOn(log).map(({ name }) => name);
    expect(failpoints.filter((name) => !names.includes(name))).toEqual([]);
  });
});
