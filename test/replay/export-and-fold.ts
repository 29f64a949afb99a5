import { writeFileSync } from 'node:fs';
import type { EventLog } from '@mps-ledger/event-log';
import { ACCOUNTS, NAMES, notifications, type AuditedLedger } from './audited-ledger';

interface Folded {
  readonly account: string;
  readonly task_id: string;
  readonly version: number;
  readonly parked: number;
  readonly state_digest: string;
  readonly state: object;
}

const linesOf = (text: string): readonly Folded[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Folded);
const wordsOf = (account: string, taskId: string) => ['--task-json', JSON.stringify(taskId), '--account', account];

/** Tasks that are exported one by one; the whole log has them all. */
const SOME = [
  ['default', 'a'],
  ['team-a', 'a'],
  ['default', '\0 \ud800'],
  ['default', '-o'],
  ['team-a', 'x'.repeat(3_000)],
] as const;

/** What an auditor may rely on, on either log. */
export function describeExportAndFold(getLedger: () => AuditedLedger, getLog: () => EventLog): void {
  fillBefore(getLedger, getLog);
  describeOneTask(getLedger);
  describeParked(getLedger);
  describeWholeLog(getLedger);
}

function fillBefore(getLedger: () => AuditedLedger, getLog: () => EventLog): void {
  beforeAll(async () => {
    const ledger = getLedger();
    const file = ledger.file('notifications.ndjson');
    writeFileSync(file, notifications());
    for (const account of ACCOUNTS)
      expect(await ledger.tool('ingest/import', file, '--account', account)).toMatchObject({ code: 0 });
    for (const account of ACCOUNTS) for (const name of NAMES) await ledger.task(account, name, 3);
    await ledger.appendUnreadable(getLog(), 'team-a', 'a/b');
  });
}

function describeOneTask(getLedger: () => AuditedLedger): void {
  it('the export of one task, folded on nothing but the repo, gives the digest and the state that the API shows', async () => {
    const ledger = getLedger();
    for (const [account, taskId] of SOME) {
      const file = ledger.file('task.ndjson.gz');
      expect(await ledger.tool('ingest/export', ...wordsOf(account, taskId), '-o', file)).toMatchObject({ code: 0 });
      const { code, stdout, stderr } = await ledger.fold(file, '--json');
      const [folded] = linesOf(stdout);
      const shown = await ledger.task(account, taskId, 3);
      expect({ code, stderr, account, taskId, digest: folded?.state_digest }).toEqual({
        ...{ code: 0, stderr: '', account, taskId, digest: shown.state_digest },
      });
      expect(folded).toMatchObject({ account, task_id: taskId, version: 3 });
      expect(shown).toMatchObject({ ...folded?.state, contradicted: true });
    }
  }, 300_000);
}

function describeParked(getLedger: () => AuditedLedger): void {
  it('counts what is parked of a task as the API does, and its state is the same without it', async () => {
    const ledger = getLedger();
    const file = ledger.file('parked.ndjson');
    await ledger.tool('ingest/export', ...wordsOf('team-a', 'a/b'), '-o', file);
    const { stdout } = await ledger.fold(file);
    const shown = await ledger.task('team-a', 'a/b', 3);
    expect(stdout).toContain('version 3');
    expect(stdout).toContain(', 1 parked');
    expect(stdout).toContain(`state_digest ${shown.state_digest}`);
    expect(linesOf((await ledger.fold(file, '--json')).stdout)[0]).toMatchObject({ parked: 1 });
  });

  it('says that there is nothing of a task, and leaves no file', async () => {
    const ledger = getLedger();
    const file = ledger.file('none.ndjson');
    const ended = await ledger.tool('ingest/export', '--task', 'nobody', '-o', file);
    expect(ended).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('has no events of task "nobody"') as string,
    });
    expect(await ledger.fold(file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such file') as string,
    });
  });
}

function describeWholeLog(getLedger: () => AuditedLedger): void {
  it('a whole log, of events or of notifications, folds to the states of all tasks, and to one digest', async () => {
    const ledger = getLedger();
    const digests = new Set<string>();
    for (const words of [['--since', '2020-01-01T00:00:00Z'], ['--since', '2020-01-01T00:00:00Z', '--raw'], []]) {
      const file = ledger.file('all.ndjson');
      expect(await ledger.tool('ingest/export', ...words, '-o', file)).toMatchObject({ code: 0 });
      const folded = linesOf((await ledger.fold(file, '--json')).stdout);
      const sums = folded.at(-1) as unknown as { tasks: number; digest: string };
      expect(sums).toMatchObject({ tasks: ACCOUNTS.length * NAMES.length, fold_version: 1, mapper: 'mps1' });
      digests.add(sums.digest);
      for (const { account, task_id: taskId, state_digest: digest } of folded.slice(0, -1))
        expect(digest).toBe((await ledger.task(account, taskId, 3)).state_digest);
    }
    expect(digests.size).toBe(1);
  }, 120_000);

  it('refuses a damaged file, naming the line and what is wrong', async () => {
    const file = getLedger().file('damaged.ndjson');
    writeFileSync(file, 'no export\n');
    expect(await getLedger().fold(file)).toMatchObject({
      ...{ code: 1, stdout: '', stderr: expect.stringMatching(/is not folded: line 1 is not the header/) as string },
    });
  });
}
