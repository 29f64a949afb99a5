import { clockDifference, type HttpProblem } from '@mps-ledger/cmq';
import { QueueFailure, type QueueFailureKind } from '../queue/notification-queue';

interface Meaning {
  readonly kind: QueueFailureKind;
  readonly meaning: string;
}

const WRONG_KEY: Meaning = {
  kind: 'configuration',
  meaning: 'Check the key, its rights (sqs:ReceiveMessage, sqs:DeleteMessage), and the clock of this machine.',
};
const NO_KEY: Meaning = {
  kind: 'configuration',
  meaning: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.',
};
const NO_QUEUE: Meaning = { kind: 'configuration', meaning: 'There is no such queue: check its URL and its region.' };
const THROTTLED: Meaning = {
  kind: 'throttled',
  meaning: 'There are more requests than SQS allows. It is tried again more slowly.',
};

/** What errors demand, by their names in the AWS SDK; others are tried again. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['AccessDenied', WRONG_KEY],
  ['AccessDeniedException', WRONG_KEY],
  ['ExpiredToken', WRONG_KEY],
  ['ExpiredTokenException', WRONG_KEY],
  ['InvalidToken', WRONG_KEY],
  ['MissingAuthenticationToken', WRONG_KEY],
  ['RequestExpired', WRONG_KEY],
  ['RequestTimeTooSkewed', WRONG_KEY],
  ['InvalidClientTokenId', WRONG_KEY],
  ['InvalidSecurity', WRONG_KEY],
  ['InvalidSignatureException', WRONG_KEY],
  ['SignatureDoesNotMatch', WRONG_KEY],
  ['UnrecognizedClientException', WRONG_KEY],
  ['CredentialsProviderError', NO_KEY],
  ['AWS.SimpleQueueService.NonExistentQueue', NO_QUEUE],
  ['QueueDoesNotExist', NO_QUEUE],
  ['InvalidAddress', NO_QUEUE],
  ['OverLimit', THROTTLED],
  ['RequestThrottled', THROTTLED],
  ['ThrottlingException', THROTTLED],
]);

/** The failure of an exchange that brought no answer of SQS. */
export function failureOfProblem({ code, failure, message }: HttpProblem, cause?: unknown): QueueFailure {
  return new QueueFailure(code, failure, `SQS: ${message}`, { cause });
}

/** Whether other credentials may help: they may have been rotated where they come from. */
export function mayBeRotated({ kind, cause }: QueueFailure): boolean {
  const meaning = cause instanceof Error ? MEANINGS.get(cause.name) : undefined;
  return kind === 'configuration' && (meaning === WRONG_KEY || meaning === NO_KEY);
}

/** What an error of the AWS SDK demands. */
export function sqsFailureOf(error: unknown): QueueFailure {
  if (error instanceof QueueFailure) return error;
  const { name, message, $response } = Object(error) as AwsError;
  const known = MEANINGS.get(name);
  const { kind, meaning } = known ?? { kind: 'unavailable', meaning: '' };
  const clock = known === WRONG_KEY ? clockDifference($response?.headers?.['date']) : '';
  const said = `SQS: ${name}: ${message} ${meaning}`.trim();
  if (clock === '') return new QueueFailure(`sqs-${name}`, kind, said, { cause: error });
  // The AWS SDK has learnt the server's time from this answer, and signs by it from now on.
  return new QueueFailure(`sqs-${name}`, 'unavailable', `${said} ${clock}`, { cause: error });
}

interface AwsError {
  readonly name: string;
  readonly message: string;
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}
