import type { FailureGroup } from '../api/answers';

type Group = Pick<FailureGroup, 'subtask_kind' | 'definition' | 'error_code' | 'error_class' | 'message' | 'retryable'>;

const CLASSES: Readonly<Record<Group['error_class'], string | null>> = {
  'invalid-input': 'the request is wrong',
  'source-file': 'the source file',
  service: 'the service itself',
  unknown: null,
};

export interface GroupWords {
  readonly what: string;
  readonly why: string;
  readonly message: string;
  /** Null where it is not known whether the same may succeed later. */
  readonly retry: string | null;
}

/** What a group of failures has in common, in words. */
export function groupWords(group: Group): GroupWords {
  const { subtask_kind: kind, definition, error_code: code, error_class, message, retryable } = group;
  const what =
    kind === null ? 'The task itself' : [kind, definition].filter((part) => part !== null && part !== '').join(' ');
  const why = [code === null ? null : `code ${code}`, CLASSES[error_class]].filter((part) => part !== null).join(' · ');
  return {
    what,
    why: why === '' ? 'no code' : why,
    message: message ?? '',
    retry: retryable === null ? null : retryable ? 'may succeed later' : 'fails again',
  };
}
