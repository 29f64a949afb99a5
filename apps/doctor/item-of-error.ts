import { mayPass, refusalOf } from '@mps-ledger/database';
import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { StartFailure, withoutCredentials } from '@mps-ledger/platform';
import { finding, type ItemToFix } from './check';

/** What a failure of the database, of the log or of a check itself is for the operator. */
export function itemOfError(error: unknown, url = ''): ItemToFix {
  if (error instanceof EmbeddedPostgresError) return finding(...sentences(error.message, FOLDER_FIXES[error.code]));
  if (error instanceof StartFailure) return finding(...sentences(error.message));
  if (error instanceof LogError)
    return finding(`${error.code}: ${firstLine(error)}`, LOG_FIXES[error.code] ?? UNEXPECTED);
  const refusal = refusalOf(error, { url });
  if (refusal !== null) return finding(...atColon(refusal.words));
  if (mayPass(error)) return finding(`the database does not answer: ${firstLine(error)}`, DATABASE_FIX);
  return finding(`the check failed: ${firstLine(error)}`, UNEXPECTED);
}

export const DATABASE_FIX =
  'start Postgres, or correct host and port in DATABASE_URL; where it refuses for want of connections, raise max_connections';

const UNEXPECTED = 'run it again; where it stays, report it with LOG_LEVEL=debug';

/** What to do where the log has a problem, by its code; docs/accidents.md has more. */
export const LOG_FIXES: Readonly<Record<string, string>> = {
  'log-unavailable':
    'start the brokers (or Postgres, for the log in it), or correct KAFKA_BROKERS, KAFKA_TLS, KAFKA_CA_FILE and KAFKA_SASL_…',
  'log-not-ready':
    'npm run setup: it creates what is missing of a log that nobody used yet, and of a used one it changes nothing and lists what is ' +
    'missing; then docs/accidents.md, “A topic was deleted”',
  'log-replaced':
    'correct DATABASE_URL, KAFKA_BROKERS or LEDGER_TOPIC_PREFIX, so that they lead to the log that the rows belong to; where that ' +
    'log lost records, restore them: docs/accidents.md, “The log was replaced by another one”',
  'log-unsafe':
    'change the setting back as said; programs resume by themselves: docs/accidents.md, “Topic settings changed”',
  'log-format':
    'run the build that made it, or set DATA_DIR, DATABASE_URL or LEDGER_TOPIC_PREFIX for a new ledger: docs/accidents.md, ' +
    '“Data of another build”',
};

/** What is wrong, and what to do about it: the messages of the libraries say both. */
export function sentences(message: string, fix = UNEXPECTED): [string, string] {
  const [what = message, ...rest] = message.split(/(?<=\.) (?=[A-Z])/);
  return rest.length === 0 ? [what, fix] : [what, rest.join(' ')];
}

/** Where the message does not say what to do. */
const FOLDER_FIXES: Readonly<Record<string, string>> = {
  'nothing-there':
    'npm start creates one; or set DATA_DIR to the folder of the ledger, or DATABASE_URL (and EVENT_LOG, of ingest, projector and query) ' +
    'to its Postgres',
  'start-failed': 'see why in the words of Postgres above; npm start prints more of them',
};

/** A refusal says what is wrong, and after its last colon the right or the setting to change. */
export function atColon(words: string): [string, string] {
  const at = words.lastIndexOf(': ');
  return at < 0 ? [words, DATABASE_FIX] : [words.slice(0, at), words.slice(at + 2)];
}

/**
 * Without what could be a credential. Of the attempts at several addresses of one host, the first. Errors are recognised by their
 * members: those of Node may be of another realm.
 */
export function firstLine(error: unknown): string {
  const { errors, message } = Object(error) as { readonly errors?: unknown; readonly message?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return firstLine(errors[0]);
  const [line = ''] = withoutCredentials(typeof message === 'string' ? message : String(error)).split('\n');
  return line;
}
