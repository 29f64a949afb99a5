import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INGEST_FAILPOINTS } from '../../apps/ingest/failpoints';
import { PROJECTOR_FAILPOINTS } from '../../apps/projector/failpoints';
import { KAFKA_SETUP_FAILPOINTS, SETUP_FAILPOINTS, STANDALONE_FAILPOINTS } from '../../apps/standalone/failpoints';
import { faultsOn } from './faults';
import { faultsIn, withRows } from './report';

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

describe('the faults', () => {
  it.each(['postgres', 'kafka'] as const)('have names of their own on %s', (log) => {
    const names = faultsOn(log).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['postgres', [...STANDALONE_FAILPOINTS.filter((name) => !ON_KAFKA_ONLY.includes(name)), 'shutdown.closing']],
    ['kafka', [...INGEST_FAILPOINTS, ...PROJECTOR_FAILPOINTS, ...SETUP_FAILPOINTS, ...ON_KAFKA_ONLY]],
  ] as const)('have every failpoint among them on %s', (log, failpoints) => {
    const names = faultsOn(log).map(({ name }) => name);
    expect(failpoints.filter((name) => !names.includes(name))).toEqual([]);
  });
});
