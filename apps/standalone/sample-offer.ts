import { readFile } from 'node:fs/promises';
import { Problem } from '@mps-ledger/platform';
import { sampleCommand, type Sample } from './sample';

/** A sample as long as it may take to send it, ms. */
const SEND_MS = 10_000;

/** The sample, for who looks at the page: the command that sends it, and a way to have it sent. */
export class SampleOffer {
  #callbacks: string | null = null;

  /** @param sample null where there is none, or none that would be accepted */
  constructor(private readonly sample: Sample | null) {}

  /** From now on it can be sent, to the listener of callbacks. */
  open(callbacks: string): void {
    this.#callbacks = callbacks;
  }

  /** The command that sends it; throws a Problem where there is no sample. */
  get command(): string {
    const { sample, callbacks } = this.#given();
    return sampleCommand(sample, callbacks);
  }

  /** Sends it to the listener of callbacks, as MPS would, and answers which task it is about. */
  async send(): Promise<{ readonly task_id: string }> {
    const { sample, callbacks } = this.#given();
    const body = await readFile(sample.file);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(callbacks, { method: 'POST', headers, body, signal: AbortSignal.timeout(SEND_MS) });
    await answer.body?.cancel();
    if (!answer.ok)
      throw new Problem({
        status: 502,
        code: 'sample-not-taken',
        detail: `The listener of callbacks answered ${answer.status} to the sample: its log says why.`,
      });
    return { task_id: sample.taskId };
  }

  #given(): { readonly sample: Sample; readonly callbacks: string } {
    const { sample } = this;
    if (sample === null || this.#callbacks === null)
      throw new Problem({ status: 404, code: 'no-sample', detail: 'There is no sample here that would be accepted.' });
    return { sample, callbacks: this.#callbacks };
  }
}
