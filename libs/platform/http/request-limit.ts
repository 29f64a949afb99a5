/** Callers that are remembered; beyond, the one that was silent longest is forgotten, and begins anew. */
const MOST_CALLERS = 2_000;

interface Bucket {
  /** Requests that are admitted at once. */
  tokens: number;
  /** When that was so, ms. */
  at: number;
}

/** Bounds the requests of each caller: so many per second on average, and as many at once after a pause. */
export class RequestLimit {
  /** The caller that was silent longest comes first. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether one more request of this caller is admitted now. What is refused does not count. */
  admit(caller: string, perSecond: number): boolean {
    const now = this.now();
    const bucket = this.buckets.get(caller) ?? { tokens: perSecond, at: now };
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.buckets.delete(caller);
    this.buckets.set(caller, bucket);
    if (this.buckets.size > MOST_CALLERS) this.buckets.delete(this.buckets.keys().next().value ?? '');
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
