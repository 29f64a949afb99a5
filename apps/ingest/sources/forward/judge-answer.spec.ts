import { judgeAnswer } from './judge-answer';

const NOW = Date.parse('2026-11-22T09:00:00Z');
const judged = (status: number, retryAfter?: string) => judgeAnswer({ status, retryAfter }, NOW);
const waits = (retryAfter: string) => {
  const verdict = judged(503, retryAfter);
  return verdict.verdict === 'again' ? verdict.notBeforeMs : null;
};

describe('the answer of a handler', () => {
  it.each([
    ['accepted', [200, 201, 202, 204, 299]],
    ['refused', [400, 401, 403, 404, 405, 409, 410, 413, 422, 499, 508]],
    ['again', [300, 301, 302, 304, 307, 308, 408, 425, 429, 500, 502, 503, 504, 599, 100, 101, 0, 600]],
  ])('means %s', (verdict, statuses) => {
    expect(statuses.map((status) => judged(status).verdict)).toEqual(statuses.map(() => verdict));
  });

  it('says what a redirect and a loop need', () => {
    expect(judged(301)).toMatchObject({ reason: expect.stringContaining('set forward_to to the address itself') });
    expect(judged(508)).toMatchObject({ reason: expect.stringContaining('leads back to this ledger') });
  });

  it('may ask for a pause, in seconds or by a date, of at most five minutes', () => {
    expect(['0', '7', '86400', '999999999'].map(waits)).toEqual([0, 7000, 300_000, 300_000]);
    expect(['Sun, 22 Nov 2026 09:00:30 GMT', 'Sun, 22 Nov 2026 08:00:00 GMT'].map(waits)).toEqual([30_000, 0]);
    expect(['', 'soon', '-1', '1e9', 'NaN'].map(waits).every((ms) => ms !== null && ms >= 0 && ms <= 300_000)).toBe(
      true,
    );
  });
});
