import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INGEST_FAILPOINTS } from '../../apps/ingest/failpoints';
import { STANDALONE_FAILPOINTS } from '../../apps/standalone/failpoints';
import { FAULTS } from './faults';
import { faultsIn, withRows } from './report';

const document = readFileSync(join(process.cwd(), 'docs/reliability.md'), 'utf8');

describe('the table of docs/reliability.md', () => {
  it('has a row of every fault, in their order, and of no other', () => {
    expect(faultsIn(document)).toEqual(FAULTS.map(({ name }) => name));
  });

  it('says of no row that it is not as promised', () => {
    expect(document).not.toContain('NOT AS PROMISED');
  });

  it('takes a row anew and leaves the others as they are', () => {
    const rows = new Map([['kill', '| `kill` | another |']]);
    const changed = withRows(document, rows, FAULTS);
    expect(faultsIn(changed)).toEqual(faultsIn(document));
    expect(changed).toContain('| `kill` | another |');
    expect(withRows(document, new Map(), FAULTS)).toBe(document);
  });
});

describe('the faults', () => {
  it('have names of their own, and every failpoint is one of them', () => {
    const names = FAULTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(
      [...STANDALONE_FAILPOINTS, ...INGEST_FAILPOINTS, 'shutdown.closing'].filter((name) => !names.includes(name)),
    ).toEqual([]);
  });
});
