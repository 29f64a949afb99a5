import { LogNotReady, LogReplaced, LogUnsafe, type LogError } from '../port/errors';
import type { LogProblem } from './log-guard';

/** The error that appends and batches are rejected with while there is this problem. */
export function errorOf({ code, reason }: LogProblem): LogError {
  switch (code) {
    case 'log-replaced':
      return new LogReplaced(reason);
    case 'log-not-ready':
      return new LogNotReady(reason);
    case 'log-unsafe':
      return new LogUnsafe(reason);
  }
}
