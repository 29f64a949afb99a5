import type { Case } from './corpus/case';
import { loadCorpus } from './corpus/load-cases';
import { replayCase, type Replayed } from './corpus/replay-case';
import { startLedger, type LedgerProcess } from './ledger-process';

jest.setTimeout(300_000);

/** What the process may come to hold through all of it; docs/bad-input.md has what was measured. */
const MEMORY_BOUND_MB = 1024;
const KEY = 'the-key-of-this-spec';

const { cases, bodies } = loadCorpus();
const quick = cases.filter(({ slow }) => slow !== true);
const named = (some: readonly Case[]) => some.map((one) => [one.name, one.about, one] as const);

function replay(one: Case, { api, callbacks }: LedgerProcess, key: string | null): Promise<Replayed> {
  return replayCase(one, {
    to: new URL(callbacks),
    api: { url: new URL(api), key: null },
    bodies,
    key,
    now: Date.now(),
  });
}

describe('a source without keys', () => {
  let ledger: LedgerProcess;
  /** They are begun together, before the others, as their time is spent waiting. */
  let slow: ReadonlyMap<string, Promise<Replayed>>;

  beforeAll(async () => {
    ledger = await startLedger();
    const begun = cases.filter((one) => one.slow === true).map((one) => [one.name, replay(one, ledger, null)] as const);
    for (const [, replayed] of begun) replayed.catch(() => undefined);
    slow = new Map(begun);
  });
  afterAll(() => ledger.close());

  it.each(named(cases))('is as it must be after %s: %s', async (name, _, one) => {
    const { differences } = await (slow.get(name) ?? replay(one, ledger, null));
    expect(differences).toEqual([]);
  });

  it(`holds less than ${MEMORY_BOUND_MB} MB in memory through all of it`, () => {
    const peak = ledger.peakMegabytes();
    expect(peak ?? 0).toBeLessThan(MEMORY_BOUND_MB);
  });

  it('logs no unexpected failure', () => {
    expect(ledger.program.stderr()).not.toContain('internal-error');
    expect(ledger.program.stdout()).not.toContain('a request failed unexpectedly');
  });
});

describe('a source with keys', () => {
  let ledger: LedgerProcess;

  beforeAll(async () => {
    ledger = await startLedger({ MPS_NOTIFY_KEY: KEY });
  });
  afterAll(() => ledger.close());

  it.each(named(quick))('is as it must be after %s: %s', async (_name, _about, one) => {
    expect((await replay(one, ledger, KEY)).differences).toEqual([]);
  });
});
