import { bytesOf, isRead, type Signing } from '../bodies/envelope';
import { journalLine, type Journal } from '../journal';
import type { Plan } from '../task/plan';
import { streamOf, type SimulatedNotification, type Stream, type StreamOptions } from '../task/stream';
import type { View } from '../task/view';
import { truthLine, type TruthLine } from '../truth/truth-line';
import type { SendResult } from './deliver';
import type { Pace } from './pace';
import type { Way } from './via';

export interface SendAllOptions extends StreamOptions {
  readonly tasks: number;
  /** How many tasks are sent in parallel; the sends of one task are sequential. */
  readonly connections: number;
  readonly signing: Signing | null;
  /** Of the tasks, for the truth. Default `default`. */
  readonly account?: string;
  /** For the journal. Default `http`. */
  readonly via?: Way;
  readonly deliver: (body: Buffer) => Promise<SendResult>;
  readonly pace: Pace;
  readonly journal: Journal;
  readonly stopped: AbortSignal;
  readonly onFate: (fate: SendResult, bytes: number) => void;
  /** Null if the truth does not contain the task. */
  readonly onTask: (truth: TruthLine | null) => void;
}

/**
 * Generates and sends all notifications; only the tasks in progress are kept in memory. Resolves when all sends have a result, or
 * soon after it was stopped.
 */
export async function sendAll(options: SendAllOptions): Promise<void> {
  let index = 0;
  let seq = 0;
  const work = async (): Promise<void> => {
    while (index < options.tasks && !options.stopped.aborted) {
      const stream = streamOf(options, index);
      index += 1;
      const first = seq + 1;
      seq += stream.sends.length;
      options.onTask(await sendTask(options, stream, first));
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.connections, options.tasks) }, work));
}

async function sendTask(options: SendAllOptions, { plan, sends }: Stream, first: number): Promise<TruthLine | null> {
  const heard: Record<SendResult['outcome'], (View | null)[]> = { acknowledged: [], refused: [], uncertain: [] };
  for (const [place, notification] of sends.entries()) {
    await options.pace();
    if (options.stopped.aborted) break;
    const body = bytesOf(plan, notification, options.signing);
    const fate = await options.deliver(body);
    options.journal.write(journalLine(first + place, taskIdIn(plan, notification), body, fate, options.via));
    options.onFate(fate, body.length);
    heard[fate.outcome].push(isRead(plan, notification.view) ? notification.view : null);
  }
  return truthLine(plan, heard.acknowledged, heard.uncertain, options.account);
}

/** The task id in a notification: a BatchTask has none; an unknown event type has one. */
function taskIdIn(plan: Plan, { view }: SimulatedNotification): string | null {
  return plan.family === 'batch' && view !== null ? null : plan.taskId;
}
