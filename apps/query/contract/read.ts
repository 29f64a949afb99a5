import type { KeyScope } from '@mps-ledger/api-keys';
import { Contract, type Operation } from '@mps-ledger/platform';

interface ReadOperation extends Omit<Operation, 'otherAnswers' | 'scope'> {
  /** The scope that a key must have. Default `read`. */
  readonly scope?: KeyScope;
  /** It has pages: `Link` names the next. */
  readonly paged?: boolean;
  /** Its content is of this moment, so that it has no entity tag. */
  readonly momentary?: boolean;
}

const UNAVAILABLE =
  '`read-model-behind` (the receipt is not applied yet, or min_position not reached), `too-many-waiters`, `too-many-streams`, `lists-busy`, `folds-busy`, `feeds-busy`, `history-unreadable`, `database-unreachable`, `database-busy`, `database-refused`, `database-pooler`, `query-too-slow`, `read-model-missing`, `read-model-empty`: detail says what to do';

/** Answers that are sent before their content is known. */
const STREAMED: ReadonlySet<string> = new Set(['event-stream', 'rows']);

/** The request field of what has an entity tag. */
export const IF_NONE_MATCH = { 'If-None-Match': 'The ETag of an earlier answer: 304 if nothing changed' };

/** Its answer where the tag is still right. */
export const NOT_MODIFIED = { 304: 'Nothing changed since' };

const PREFER = { Prefer: '`wait=N` (RFC 7240): with min_position, wait up to N seconds; 60 at most' };

export const BAD_PARAMETER =
  '`bad-parameter`, `malformed-url`: errors[] says which parameter, the given value, the allowed values';

export const GONE_RECEIPT =
  '`receipt-of-another-log`: it was issued by another log or log generation, and will never be found here; `receipt-of-another-record`: its place now holds another record, since the log was set back afterwards';

export const GONE_POSITION =
  '`position-reset`: the events before min_position are not those that it was made of, since the log was set back afterwards; `position-of-another-log`, `position-of-another-generation`: its offsets are of other topics';

/**
 * Declares the contract of a handler that reads the read model: it may wait, says how fresh the answer is, has an entity tag unless it is
 * a stream or of this moment, and may be 503.
 */
export function Read({
  paged = false,
  momentary = false,
  answerHeaders = [],
  ...operation
}: ReadOperation): MethodDecorator {
  const tagged = !momentary && !STREAMED.has(operation.answer);
  return Contract({
    scope: 'read',
    ...operation,
    headers: { ...PREFER, ...(tagged && IF_NONE_MATCH), ...operation.headers },
    answerHeaders: [
      ...['Ledger-Position', 'Ledger-Lag-Ms'],
      ...(tagged ? ['ETag'] : []),
      'Preference-Applied',
      ...answerHeaders,
      ...(paged ? ['Link'] : []),
    ],
    ...(tagged && { otherAnswers: NOT_MODIFIED }),
    problems: { ...operation.problems, 503: UNAVAILABLE },
  });
}
