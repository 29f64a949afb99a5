import { parseArgs, type ParseArgsConfig } from 'node:util';
import { withoutCredentials } from '../configuration/without-credentials';
import { UsageError } from './usage-error';

/**
 * Parses the words after a program's name by its options. Words that are no option are refused unless `positionals` is true.
 * @throws UsageError with what is wrong, and the usage
 */
export function parseWords<const O extends NonNullable<ParseArgsConfig['options']>>(
  words: readonly string[],
  {
    options,
    usage,
    positionals = false,
  }: { readonly options: O; readonly usage: string; readonly positionals?: boolean },
) {
  try {
    return parseArgs({ args: [...words], options, strict: true as const, allowPositionals: positionals as true });
  } catch (error) {
    const { message = String(error) } = Object(error) as { readonly message?: string };
    const [reason = ''] = message.split('\n');
    throw new UsageError(`${withoutCredentials(reason)}\n\n${usage}`);
  }
}
