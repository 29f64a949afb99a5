import type { Pool } from 'pg';
import { createKey, listKeys, MOST_KEYS, newKey, revokeKey } from '@mps-ledger/api-keys';
import { StartFailure } from '@mps-ledger/platform';
import type { Arguments } from './arguments';
import { describeKey, keyTable } from './key-words';

type Asked<Command> = Extract<Arguments, { readonly command: Command }>;

/** What a command says, and its exit code. */
export interface Said {
  readonly code: number;
  /** Data, for standard output. */
  readonly out: string;
  /** For people, on standard error. */
  readonly err: string;
}

const EXIT = { ok: 0, failed: 1, notFound: 4 } as const;

/** Makes a key. */
export async function create(pool: Pool, args: Asked<'create'>): Promise<Said> {
  const { dryRun, json, name } = args;
  const made = newKey();
  const created = await inTable(createKey(pool, made, args, { dryRun }));
  if (created === 'name-taken')
    return failed(`There is a key ${name} already. Choose another name, or revoke it first.`);
  if (created === 'too-many')
    return failed(`There are ${MOST_KEYS} keys, which is the maximum. Revoke those that have expired or are not used.`);
  const { isFirst, ...key } = created;
  const notes = [
    `${dryRun ? 'Would make' : 'Made'} ${describeKey(key)}.`,
    ...(dryRun ? [] : ['The key is shown this once.']),
    ...(isFirst ? ['It is the first key: from now on each request to the API needs one.'] : []),
  ];
  const shown = dryRun ? {} : { key: made.key };
  const data = json ? JSON.stringify({ ...shown, ...key }) : (shown.key ?? '');
  return { code: EXIT.ok, out: data === '' ? '' : `${data}\n`, err: `${notes.join(' ')}\n` };
}

/** Lists keys. */
export async function list(pool: Pool, { all, json }: Asked<'list'>): Promise<Said> {
  const keys = await inTable(listKeys(pool, all));
  const err = keys.length === 0 ? 'There is no key in the database.\n' : '';
  const out = json ? keys.map((key) => `${JSON.stringify(key)}\n`).join('') : keyTable(keys);
  return { code: EXIT.ok, out, err };
}

/** Revokes a key. */
export async function revoke(pool: Pool, { name, dryRun, json }: Asked<'revoke'>, reason: string): Promise<Said> {
  const key = await inTable(revokeKey(pool, name, reason, { dryRun }));
  if (key === null) {
    const err = `There is no key with the name or prefix ${name} that is not revoked: see npm run keys -- list --all.\n`;
    return { code: EXIT.notFound, out: '', err };
  }
  const said = `${dryRun ? 'Would revoke' : 'Revoked'} ${describeKey(key)}.\n`;
  return json ? { code: EXIT.ok, out: `${JSON.stringify(key)}\n`, err: said } : { code: EXIT.ok, out: said, err: '' };
}

function failed(message: string): Said {
  return { code: EXIT.failed, out: '', err: `${message}\n` };
}

const NO_TABLE: ReadonlySet<unknown> = new Set(['42P01', '3F000', '42703']);

/** Rejects with a StartFailure where the table of keys is missing. */
async function inTable<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && NO_TABLE.has(error.code))) throw error;
    const message =
      'The database has no table of keys (ledger.api_key), or that of another version: run npm run setup, or npm start, with a role that may create the schema ledger.';
    throw new StartFailure('keys-not-set-up', message, { cause: error });
  }
}
