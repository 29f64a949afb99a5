import { LogError } from '@mps-ledger/event-log';
import { StartFailure } from '@mps-ledger/platform';
import { InputFailure } from '@mps-ledger/exports';
import { LogGaveNoAnswer } from './log-patience';

/** Why an import ended early, as a sentence. Other errors are defects, and thrown. */
export function whyEnded(error: unknown): string {
  if (error instanceof LogGaveNoAnswer) return `The log takes nothing (${error.message}).`;
  const isForPeople = [InputFailure, LogError, StartFailure].some((one) => error instanceof one);
  if (isForPeople && error instanceof Error) return error.message.endsWith('.') ? error.message : `${error.message}.`;
  throw error;
}
