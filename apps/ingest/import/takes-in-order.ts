import type { InputLine } from '@mps-ledger/exports';
import { beginPatience, type LogPatienceOptions } from './log-patience';

/** What became of a line. */
export type LineOutcome =
  | { readonly outcome: 'imported' }
  | { readonly outcome: 'empty' }
  /** It is no notification, and nothing of it is on the log. */
  | { readonly outcome: 'bad'; readonly reason: string; readonly detail: string }
  /** The log did not take it, as far as is known: it is taken again. */
  | { readonly outcome: 'unavailable'; readonly reason: string };

export interface TakesInOrderOptions extends LogPatienceOptions {
  /** Takes a line; calls of one turn of the event loop reach the log in their order. Never rejects. */
  readonly take: (line: InputLine) => Promise<LineOutcome>;
  /** Called with each line in order, once it and every line before it is done. */
  readonly onDone: (line: InputLine, outcome: Exclude<LineOutcome, { outcome: 'unavailable' }>) => void;
  /** Called once, with the reason why no line is taken any more. */
  readonly onFailure: (error: unknown) => void;
  /** Lines in flight at most. Default 1,000. */
  readonly maxLines?: number;
  /** Their bytes at most; a single larger line is taken alone. Default 8 MiB. */
  readonly maxBytes?: number;
}

interface PendingTake {
  readonly line: InputLine;
  /** Absent while the lines before it are to be taken again first. */
  result?: Promise<LineOutcome>;
  /** Settled when it and all before it are done. */
  done: Promise<void>;
}

/**
 * Takes lines with many in flight, and reports them in their order. Where the log did not take a line, it and all lines after it are
 * taken again, in order: lines of one task reach the log in the order of the file, and some of them may be there twice.
 */
export class TakesInOrder {
  private readonly pending: PendingTake[] = [];
  private last: Promise<void> = Promise.resolve();
  private bytes = 0;
  /** Something was not taken: later lines wait until it is taken again. */
  private isHeld = false;

  constructor(private readonly options: TakesInOrderOptions) {}

  /** Takes a line; resolves once there is room for another one. Rejects as `end` does. */
  async add(line: InputLine): Promise<void> {
    const { maxLines = 1_000, maxBytes = 8 * 1024 * 1024 } = this.options;
    const one: PendingTake = { line, done: this.last, ...(!this.isHeld && { result: this.take(line) }) };
    this.pending.push(one);
    this.bytes += line.bytes?.length ?? 0;
    one.done = this.last = this.last.then(() => this.settle(one));
    // Awaited below, or in `end`.
    one.done.catch(() => undefined);
    while (this.pending.length >= maxLines || (this.pending.length > 0 && this.bytes >= maxBytes))
      await (this.pending[0]?.done ?? this.last);
  }

  /** Resolves when every line is done. Rejects where the log took nothing for too long, or the signal was aborted meanwhile. */
  async end(): Promise<void> {
    await this.last;
  }

  private async settle(one: PendingTake): Promise<void> {
    try {
      const outcome = await this.outcomeOf(one);
      this.pending.shift();
      this.bytes -= one.line.bytes?.length ?? 0;
      this.options.onDone(one.line, outcome);
    } catch (error) {
      this.options.onFailure(error);
      throw error;
    }
  }

  private async outcomeOf(one: PendingTake): Promise<Exclude<LineOutcome, { outcome: 'unavailable' }>> {
    const wait = beginPatience(this.options);
    let outcome = await (one.result ?? this.takeAgain(one));
    while (outcome.outcome === 'unavailable') {
      this.isHeld = true;
      await Promise.all(this.pending.flatMap(({ result }) => (result === undefined ? [] : [result])));
      await wait(outcome.reason);
      this.isHeld = false;
      outcome = await this.takeAgain(one);
    }
    return outcome;
  }

  /** Takes all pending lines again, of which this is the first. */
  private takeAgain(one: PendingTake): Promise<LineOutcome> {
    for (const each of this.pending) each.result = this.take(each.line);
    return one.result ?? this.take(one.line);
  }

  private async take(line: InputLine): Promise<LineOutcome> {
    const outcome = await this.options.take(line);
    if (outcome.outcome === 'unavailable') this.isHeld = true;
    return outcome;
  }
}
