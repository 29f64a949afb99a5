import type { SendResult } from './sending/deliver';
import type { TruthLine } from './truth/truth-line';

/** Counters for progress and summary. */
export interface Counts {
  /** Tasks whose notifications were sent. */
  tasks: number;
  /** Tasks that are in the truth. */
  truths: number;
  sends: number;
  bytes: number;
  acknowledged: number;
  refused: number;
  uncertain: number;
  /** Repetitions because there was no final answer. */
  repeats: number;
  /** Answers of refused and uncertain sends, by status and code. */
  readonly answers: Record<string, number>;
}

export function makeCounts(): Counts {
  return {
    tasks: 0,
    truths: 0,
    sends: 0,
    bytes: 0,
    acknowledged: 0,
    refused: 0,
    uncertain: 0,
    repeats: 0,
    answers: {},
  };
}

export function countSend(counts: Counts, fate: SendResult, bytes: number): void {
  counts.sends += 1;
  counts.bytes += bytes;
  counts[fate.outcome] += 1;
  counts.repeats += fate.repeats;
  if (fate.outcome === 'acknowledged') return;
  const answer =
    fate.status === null ? 'no answer' : [fate.status, fate.code].filter((part) => part !== null).join(' ');
  counts.answers[answer] = (counts.answers[answer] ?? 0) + 1;
}

export function countTask(counts: Counts, truth: TruthLine | null): void {
  counts.tasks += 1;
  if (truth !== null) counts.truths += 1;
}
