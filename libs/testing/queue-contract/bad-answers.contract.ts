import { eventually } from '@mps-ledger/spec-kit';
import type { QueueFaultKind } from '../queue-faults';
import { notificationsOf, type QueueContractContext } from './context';
import type { LogLine, QueueIngest, QueueUnderTest } from './tested-kind';

/** More polls than any spec waits for. */
const ALL = 1_000_000;
/** Of all receivers of a source that backs off; without a pause there are hundreds. */
const MAX_POLLS_PER_SECOND = 30;

interface BadAnswer {
  readonly name: string;
  readonly code: string;
  readonly reason: RegExp;
  readonly state: 'backing-off' | 'misconfigured';
  begin(queue: QueueUnderTest): unknown;
  end(queue: QueueUnderTest): unknown;
  /** Whether it passes by itself, so that there may be one only. Default false. */
  readonly passes?: boolean;
}

const answered = (
  name: string,
  fault: QueueFaultKind,
  expected: Pick<BadAnswer, 'code' | 'reason' | 'state'>,
): BadAnswer => ({
  ...{ name, ...expected },
  begin: (queue) => queue.failPolls(fault, ALL),
  end: (queue) => queue.clearFaults(),
});

function badAnswers({ codes, correctsClock }: QueueContractContext['kind']): readonly BadAnswer[] {
  const [backingOff, misconfigured] = [{ state: 'backing-off' }, { state: 'misconfigured' }] as const;
  const elsewhere: QueueFaultKind = { kind: 'redirect', location: 'https://login.example.test/' };
  const late: QueueFaultKind = { kind: 'slow', ms: 60_000 };
  return [
    answered('a page of a proxy', { kind: 'html' }, { ...backingOff, code: 'not-json', reason: /text\/html.*502 Bad/ }),
    answered('a redirect', elsewhere, { ...misconfigured, code: 'redirect', reason: /login\.example\.test.*address/ }),
    answered(
      'half an answer',
      { kind: 'truncated' },
      { ...backingOff, code: 'network', reason: /The connection failed: aborted/ },
    ),
    answered('no answer in time', late, { ...backingOff, code: 'timeout', reason: /no whole answer within \d+ ms/ }),
    {
      ...{ name: 'a clock that is more than five minutes off', code: codes.clock, reason: /clock is 6\d\d s behind/ },
      ...(correctsClock ? { ...backingOff, passes: true } : misconfigured),
      begin: (queue) => queue.skewClock(11 * 60_000),
      end: (queue) => queue.skewClock(0),
    },
    {
      ...{ name: 'a queue that is deleted while it polls', ...misconfigured },
      ...{ code: codes.noQueue, reason: /There is no such queue: .*check/ },
      begin: (queue) => queue.remove(),
      end: (queue) => queue.restore(),
    },
    {
      ...{ name: 'credentials that are rotated while it polls', ...misconfigured },
      ...{ code: codes.wrongKey, reason: /check .*key/i },
      begin: (queue) => queue.setKeyRight(false),
      end: (queue) => queue.setKeyRight(true),
    },
  ];
}

/** What a queue, or something before it, answers: each time a log line, a metric and a pause, and afterwards all goes on. */
export function badAnswersContract(context: QueueContractContext): void {
  it.each(badAnswers(context.kind))('says so, backs off and recovers after $name', async (bad) => {
    const queue = await context.queue();
    const ingest = await context.start(queue);
    await eventually(async () => (await queue.polls()) > 1);
    await bad.begin(queue);
    await expectFailure(context, ingest, queue, bad);
    await bad.end(queue);
    await expectRecovery(context, ingest, queue);
  });

  it('says so and backs off where no secure connection comes about, and goes on once the address is right', async () => {
    const queue = await context.queue();
    const wrong = await context.start({ ...queue, source: queue.sourceOverTls });
    const expected = {
      code: 'tls',
      reason: /no secure connection: .*Check the address/,
      state: 'backing-off',
    } as const;
    await expectFailure(context, wrong, queue, expected);
    await wrong.close();
    const ingest = await context.start(queue);
    await queue.send(notificationsOf('after', 3));
    await context.emptied(queue);
    expect(await ingest.problem(queue.source)).toBeNull();
    expect(await context.logged()).toEqual(notificationsOf('after', 3));
  });
}

type Expected = Pick<BadAnswer, 'code' | 'reason' | 'state' | 'passes'>;

async function expectFailure(
  context: QueueContractContext,
  ingest: QueueIngest,
  { source }: QueueUnderTest,
  { code, reason, state, passes = false }: Expected,
): Promise<void> {
  const line = await eventually(() => context.lines().find((one) => one.code === code), {
    timeoutMs: 60_000,
    what: () => `a line with the code ${code} among ${JSON.stringify(context.lines())}`,
  });
  expect(line).toMatchObject({ level: state === 'misconfigured' ? 'error' : 'warn', source: source.id });
  expect(line.reason).toMatch(reason);
  expect(line.next_try_ms).toBeGreaterThan(0);
  expect(await failedPolls(ingest)).toBeGreaterThan(0);
  if (passes) return;
  await eventually(async () => (await ingest.metrics()).includes(`state="${state}"} 1`));
  expect(await ingest.problem(source)).toMatch(reason);
  expect(await ingest.isReady()).toBe(true);
  const [before, since] = [await failedPolls(ingest), performance.now()];
  // For a second at least: receivers may poll at the same moment.
  const isLong = (): boolean => performance.now() - since >= 1000;
  await eventually(async () => isLong() && (await failedPolls(ingest)) >= before + 2, { timeoutMs: 60_000 });
  const rate = ((await failedPolls(ingest)) - before) / ((performance.now() - since) / 1000);
  expect(rate).toBeLessThan(MAX_POLLS_PER_SECOND);
  expect(linesWith(context, code)).toHaveLength(1);
}

const linesWith = (context: QueueContractContext, code: string): readonly LogLine[] =>
  context.lines().filter((line) => line.code === code);

async function failedPolls(ingest: QueueIngest): Promise<number> {
  return Number(/source_polls_total\{source="[^"]+",result="failed"\} (\d+)/.exec(await ingest.metrics())?.[1] ?? 0);
}

async function expectRecovery(
  context: QueueContractContext,
  ingest: QueueIngest,
  queue: QueueUnderTest,
): Promise<void> {
  await eventually(() => context.lines().some(({ msg }) => msg === 'the queue answers again'), { timeoutMs: 60_000 });
  await queue.send(notificationsOf('after', 3));
  // What a bad answer held is delivered again when its time is over.
  await eventually(async () => (await queue.remaining()) === 0, { timeoutMs: 90_000, what: 'an empty queue' });
  expect(await ingest.problem(queue.source)).toBeNull();
  expect(await ingest.metrics()).toContain('state="receiving"} 1');
  expect(await context.logged()).toEqual(notificationsOf('after', 3));
}
