import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLedger, type LedgerProcess } from './ledger-process';
import { runBuilt } from './run-program';

jest.setTimeout(1_800_000);

/** FUZZ_SEED and FUZZ_COUNT give another run, or this one again; CI asks for 50,000 bodies. */
const SEED = process.env['FUZZ_SEED'] ?? '1';
const COUNT = Number(process.env['FUZZ_COUNT'] ?? 10_000);
/** docs/bad-input.md has what was measured. */
const MEMORY_BOUND_MB = 1024;

describe(`${COUNT} mutated and generated bodies (FUZZ_SEED=${SEED} FUZZ_COUNT=${COUNT})`, () => {
  let ledger: LedgerProcess;
  let journal: string;

  beforeAll(async () => {
    ledger = await startLedger();
    journal = join(ledger.dataDir, 'journal');
  });
  afterAll(() => ledger.close());

  it('are each answered as they must be, without one 5xx, and the process lives', async () => {
    const args = ['--fuzz', `${COUNT}`, '--seed', SEED, '--connections', '32', '--journal', journal];
    const ran = await runBuilt('test/bad-input/main.js', [...args, '--to', ledger.callbacks, '--api', ledger.api]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain(`${COUNT} sent, 0 failures`);
    expect(statusesIn(journal)).toEqual(new Set([200, 400]));
  });

  it('leave a ledger that is verified', async () => {
    const args = ['--journal', journal, '--wait', '600'];
    const { code, stdout } = await runBuilt('apps/verifier/main.js', args, { DATA_DIR: ledger.dataDir });
    expect(stdout).toContain('nothing differs');
    expect(code).toBe(0);
  });

  it(`take less than ${MEMORY_BOUND_MB} MB of memory`, () => {
    expect(ledger.peakMegabytes() ?? 0).toBeLessThan(MEMORY_BOUND_MB);
  });
});

function statusesIn(file: string): ReadonlySet<unknown> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return new Set(lines.map((line) => (JSON.parse(line) as { status: unknown }).status));
}
