/** A record of a feed, as the tables have it. */
export interface TrueRecord {
  readonly partition: number;
  readonly offset: number;
  /** Of its CloudEvent. */
  readonly id: string;
  readonly account: string;
  readonly type: string;
  readonly kind: string | null;
  readonly status: string | null;
  readonly outcome: string | null;
}
