import { ConfigurationError, UsageError } from '@mps-ledger/platform';
import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import type { NotificationSource } from '../sources/notification-sources';
import { readSourceNames } from '../sources/file/read-sources-file';
import type { ImportArguments } from './arguments';

const DEFAULT_SOURCE = 'import';

/**
 * The source of imported lines: of the command line, or the one of the file of sources that `--source` names.
 * @throws UsageError where the file has no such source, or it is of another kind or account; ConfigurationError where the file is wrong
 */
export function sourceOfImport(
  { source, account }: Pick<ImportArguments, 'source' | 'account'>,
  file: string | undefined,
): Pick<NotificationSource, 'id' | 'account'> {
  if (file === undefined || source === undefined)
    return { id: source ?? DEFAULT_SOURCE, account: account ?? DEFAULT_ACCOUNT };
  const read = readSourceNames(file);
  if ('mistakes' in read)
    throw new ConfigurationError(
      'import',
      read.mistakes.map((message) => ({ key: 'SOURCES_FILE', message })),
    );
  const found = read.sources.find(({ id }) => id === source);
  if (found?.kind !== 'file') {
    const what = found === undefined ? 'names no such source' : `has it as a source of kind ${found.kind}`;
    const ids = read.sources.filter(({ kind }) => kind === 'file').map(({ id }) => id);
    const right = ids.length === 0 ? 'It has none of kind file: add one' : `Of kind file it has ${ids.join(', ')}`;
    throw new UsageError(`--source ${source}: SOURCES_FILE (${file}) ${what}. ${right}, or leave --source out.`);
  }
  const { account: owner = DEFAULT_ACCOUNT } = found;
  if (account !== undefined && account !== owner)
    throw new UsageError(`--account ${account}: the source ${source} of SOURCES_FILE is of account ${owner}.`);
  return { id: source, account: owner };
}
