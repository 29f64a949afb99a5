import type { ConfigurationMistake } from '@mps-ledger/platform';
import { finding, ok, warning, type CheckItem } from '../check';
import type { Deployment } from '../deployment';

/** All mistakes in the settings, as the programs report them when they start, and names that no program reads. */
export function checkConfiguration({ programs, mistakes, doubts, isGiven }: Deployment): readonly CheckItem[] {
  const items = [
    ...mistakes.map(({ key, message }) => finding(`${key} ${message}`, fixOf({ key, message }), key)),
    ...doubts.map(({ key, message }) => warning(`${key} ${message}`, fixOf({ key, message }), key)),
  ];
  if (items.length > 0) return items;
  const others = programs === 'npm start' && isGiven('DATABASE_URL') ? NEED_EVENT_LOG : '';
  return [ok(`${programs} can read the settings${others}`)];
}

const NEED_EVENT_LOG = ' (ingest, projector and query would also need EVENT_LOG)';

function fixOf({ key, message }: ConfigurationMistake): string {
  const [, meant] = /[Dd]id you mean (\w+)\?/.exec(message) ?? [];
  if (meant !== undefined) return `rename ${key} to ${meant}, or unset it`;
  if (message.startsWith('is no known setting')) return `unset ${key}: no program of the ledger reads it`;
  const [, path] = /Here is one: (\S+)/.exec(message) ?? [];
  return path === undefined ? `correct ${key}; .env.example shows each setting with its default` : `set ${path}`;
}
