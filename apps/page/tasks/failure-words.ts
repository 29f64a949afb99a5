import type { ListedRow } from '../api/answers';

type Failed = Pick<ListedRow, 'failed_subtask' | 'error_code' | 'outcome'>;

export interface FailureWords {
  /** `Transcode 10 · SourceFileError` */
  readonly what: string;
  /** How many others failed, and the provider's message. */
  readonly more: string;
}

/** What failed, in one line; null where nothing did. */
export function failureWords({ failed_subtask: failed, error_code: code, outcome }: Failed): FailureWords | null {
  if (failed === null)
    return outcome === 'failed' && code !== null && code !== 0
      ? { what: `The task itself · ErrCode ${code}`, more: '' }
      : null;
  const { kind, definition, error_code, error_code_ext, message, count } = failed;
  const parts = [
    [kind, definition].filter((part) => part !== null && part !== '').join(' '),
    error_code_ext ?? (error_code === null ? '' : `ErrCode ${error_code}`),
  ];
  const others = count > 1 ? `and ${count >= 100 ? '99 or' : count - 1} more` : '';
  return { what: joined(parts), more: joined([others, message ?? '']) };
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
