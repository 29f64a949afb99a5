import { LogReplaced, LogUnavailable } from '@mps-ledger/event-log';
import { silentLogger } from '@mps-ledger/platform';
import {
  describeProblems,
  isLogInDoubt,
  makeDeriveState,
  MAX_WITHOUT_OWNER_MS,
  MAX_WITHOUT_PROGRESS_MS,
} from './derive-state';

function state() {
  let now = 1_000;
  const lines: unknown[] = [];
  const failed: string[] = [];
  const error = (fields: object, message: string): void => void lines.push({ message, ...fields });
  const info = (_: object, message: string): void => void lines.push(message);
  const derived = makeDeriveState({
    logger: Object.assign(silentLogger(), { error, info }),
    onFailed: (code) => failed.push(code),
    now: () => now,
  });
  const codes = () => derived.problems().map(({ partition, code }) => `${partition}: ${code}`);
  return { state: derived, codes, lines, failed, later: (ms: number) => void (now += ms) };
}

const unavailable = new LogUnavailable('no answer');
const replaced = new LogReplaced('it is shorter');

describe('the blocked partitions of deriving', () => {
  it('is a partition that failed, until something of it was done; counted each time, written once', () => {
    const { state: of, codes, lines, failed, later } = state();
    of.owned(3, true);
    for (let times = 0; times < 50; times += 1) {
      of.failed({ partition: 3, error: unavailable });
      of.begun(3, 5, 9);
      later(1_000);
    }
    expect(codes()).toEqual(['3: log-unavailable']);
    expect(failed).toHaveLength(50);
    expect(lines).toEqual([expect.objectContaining({ partition: 3, code: 'log-unavailable', reason: 'no answer' })]);
    of.progressed(3, 6);
    expect(codes()).toEqual([]);
    expect(lines.slice(1)).toEqual(['deriving continues']);
  });

  it('is written again seldom, with how often it was held back', () => {
    const { state: of, lines, later } = state();
    for (let times = 0; times < 1_000; times += 1) {
      of.failed({ partition: 3, error: unavailable });
      later(5_000);
    }
    expect(lines).toHaveLength(9);
    expect(lines[1]).toMatchObject({ repeated: 119 });
  });

  it('is no partition that begins where nothing waits', () => {
    const { state: of, codes } = state();
    of.failed({ partition: 3, error: unavailable });
    of.begun(3, 9, 9);
    expect(codes()).toEqual([]);
  });

  it('is one whose log was replaced, under any owner, until it is compared again', () => {
    const { state: of, codes } = state();
    of.owned(3, true);
    of.failed({ partition: 3, error: replaced });
    expect(isLogInDoubt(of.problems())).toBe(true);
    of.owned(3, false);
    of.owned(3, true);
    expect(codes()).toEqual(['3: log-replaced']);
    of.begun(3, 5, 9);
    expect(codes()).toEqual([]);
  });

  it('is a partition of which records wait and nothing is done', () => {
    const { state: of, codes, lines, later } = state();
    of.owned(3, true);
    of.begun(3, 5, 9);
    of.seen({ partition: 3, end: 9 });
    later(MAX_WITHOUT_PROGRESS_MS - 1);
    of.seen({ partition: 3, end: 12 });
    expect(codes()).toEqual([]);
    later(1);
    of.seen({ partition: 3, end: 12 });
    expect(codes()).toEqual(['3: stalled']);
    of.reportStalled();
    of.reportStalled();
    expect(lines).toEqual([expect.objectContaining({ code: 'stalled', partition: 3 })]);
    of.progressed(3, 12);
    later(MAX_WITHOUT_PROGRESS_MS);
    of.seen({ partition: 3, end: 12 });
    expect(codes()).toEqual([]);
  });

  it('is none of which the event log says that all is derived: at its end may lie what is no record', () => {
    const { state: of, later } = state();
    of.owned(3, true);
    of.begun(3, 5, 9);
    of.seen({ partition: 3, end: 9 });
    later(MAX_WITHOUT_PROGRESS_MS);
    expect(of.isStalled(3)).toBe(true);
    of.seen({ partition: 3, end: 9, derived: 9 });
    expect(of.isStalled(3)).toBe(false);
  });

  it('is none that waits for large records of others, nor one whose records have only just arrived', () => {
    const { state: of, codes, later } = state();
    of.owned(3, true);
    of.begun(3, 5, 9);
    of.waitsForLargeRecord(3, true);
    later(10 * MAX_WITHOUT_PROGRESS_MS);
    of.seen({ partition: 3, end: 9 });
    expect(codes()).toEqual([]);
    of.waitsForLargeRecord(3, false);
    of.progressed(3, 9);
    later(10 * MAX_WITHOUT_PROGRESS_MS);
    of.seen({ partition: 3, end: 9 });
    of.seen({ partition: 3, end: 10 });
    expect(codes()).toEqual([]);
    later(MAX_WITHOUT_PROGRESS_MS);
    expect(codes()).toEqual(['3: stalled']);
  });

  it('is a partition that nobody seems to own, once a killed owner would have had an heir', () => {
    const { state: of, codes, later } = state();
    of.seen({ partition: 7, end: 9, derived: 5 });
    later(MAX_WITHOUT_OWNER_MS - 1);
    of.seen({ partition: 7, end: 9, derived: 5 });
    expect(codes()).toEqual([]);
    later(1);
    expect(codes()).toEqual(['7: not-owned']);
    of.seen({ partition: 7, end: 9, derived: 6 });
    expect(codes()).toEqual([]);
  });

  it('is all of it while nothing can be followed, and for a moment after', () => {
    const { state: of, codes, later } = state();
    of.following(unavailable);
    of.following(null);
    later(2_999);
    of.following(unavailable);
    of.following(null);
    later(2_999);
    expect(codes()).toEqual(['null: log-unavailable']);
    later(2);
    expect(codes()).toEqual([]);
    of.following(unavailable);
    of.following(null);
    of.progressed(3, 1);
    expect(codes()).toEqual([]);
  });

  it('is said in a few words', () => {
    const { state: of } = state();
    expect(describeProblems(of.problems())).toBeNull();
    for (const partition of [1, 2, 3, 4, 5]) of.failed({ partition, error: replaced });
    const said = describeProblems(of.problems()) ?? '';
    expect(said).toMatch(/^deriving of partition 1 blocked since 2.*Z: log-replaced: it is shorter; deriving of/);
    expect(said).toMatch(/; and 2 more$/);
  });
});
