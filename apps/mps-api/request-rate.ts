/** Callers that are remembered; beyond, the one that was silent longest is forgotten. */
const MOST_CALLERS = 1000;

/**
 * Bounds the requests of each caller: in no second more than so many are admitted. What is refused does not count.
 *
 * @param perSecond 0: there is no bound
 */
export class RequestRate {
  /** The times of the latest admitted requests of each caller, a ring; the caller that was silent longest first. */
  private readonly callers = new Map<string, { readonly times: Float64Array; oldest: number }>();

  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Callers that are remembered. */
  get size(): number {
    return this.callers.size;
  }

  /** Whether one more request of this caller is admitted now. */
  admit(caller: string): boolean {
    if (this.perSecond === 0) return true;
    const { callers, perSecond } = this;
    const known = callers.get(caller) ?? { times: new Float64Array(perSecond).fill(-Infinity), oldest: 0 };
    callers.delete(caller);
    callers.set(caller, known);
    if (callers.size > MOST_CALLERS) callers.delete(callers.keys().next().value ?? '');
    const now = this.now();
    if (now - (known.times[known.oldest] ?? 0) < 1000) return false;
    known.times[known.oldest] = now;
    known.oldest = (known.oldest + 1) % perSecond;
    return true;
  }
}
