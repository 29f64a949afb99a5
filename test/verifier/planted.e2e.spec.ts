import type { DatabaseTemplate } from '@mps-ledger/testing';
import { endAll } from '../standalone/process';
import { fillLedger, type Filled } from './ledger';
import { IN_BALANCES, IN_HISTORY } from './planted-in-history';
import { IN_CHECKPOINTS, IN_NOTIFICATIONS } from './planted-in-progress';
import { IN_TASKS } from './planted-in-tasks';
import { IN_REPORTS } from './planted-in-reports';
import { ON_EVENT_LOG, ON_RAW_LOG } from './planted-on-log';
import type { Corruption } from './planting';
import { differencesOf, failing, verifyAfter } from './verifying';

jest.setTimeout(180_000);

let filled: Filled;

const template: DatabaseTemplate = {
  name: 'verified',
  prepare: async (url) => {
    filled = await fillLedger(url);
  },
};

afterAll(endAll);

describe('the verifier', () => {
  it('finds nothing in a ledger that is whole, though records were redelivered, appended twice or parked', async () => {
    const unknown = await verifyAfter(template, {}, async () => undefined);
    expect(unknown.checks.flatMap(({ differences }) => differences)).toEqual([]);
    const given = { journal: filled.journal, truth: filled.tasks };
    const result = await verifyAfter(template, given, async () => undefined);
    expect(result).toMatchObject({ ok: true, partitions: 3, log_generation: 1, event_generation: 1 });
    for (const { name, checked } of result.checks) expect([name, checked]).not.toEqual([name, 0]);
    const { events, records } = result.sums;
    expect(events.parked).toBe(1);
    expect(records.history - events.applied).toBeGreaterThan(60);
  });
});

describe.each([
  ['the raw log', ON_RAW_LOG],
  ['the event log', ON_EVENT_LOG],
  ['history', IN_HISTORY],
  ['tasks', IN_TASKS],
  ['reports', IN_REPORTS],
  ['checkpoints', IN_CHECKPOINTS],
  ['notifications', IN_NOTIFICATIONS],
  ['the balances', IN_BALANCES],
] as readonly (readonly [string, readonly Corruption[]])[])('of %s the verifier finds', (_, corruptions) => {
  it.each(corruptions)('$what: $check', async ({ check, says, plant }) => {
    const result = await verifyAfter(template, { journal: filled.journal }, plant);
    expect(failing(result)).toContain(check);
    const found = differencesOf(result, check).map(({ what }) => what);
    for (const words of new Set(says.map(({ source }) => source))) {
      const times = says.filter(({ source }) => source === words).length;
      const said = found.filter((what) => new RegExp(words).test(what));
      expect({ found, times: said.length >= times }).toEqual({ found, times: true });
    }
  });
});
