import type { ListedKey } from '@mps-ledger/api-keys';

const shownTime = (time: Date | null, none: string): string => time?.toISOString().replace(/\.\d+Z$/, 'Z') ?? none;

/** A key in words. */
export function describeKey({ name, prefix, scopes, accounts, expires, per_second: rate }: ListedKey): string {
  const whose = accounts === null ? 'all accounts' : `accounts ${accounts.join(', ')}`;
  const until = expires === null ? 'never expires' : `expires ${shownTime(expires, '')}`;
  const limit = rate === null ? '' : `, ${rate} requests per second`;
  return `key ${name} (${prefix}…): scopes ${scopes.join(', ')}; ${whose}; ${until}${limit}`;
}

const HEAD = ['NAME', 'PREFIX', 'STATE', 'SCOPES', 'ACCOUNTS', 'RATE', 'CREATED', 'EXPIRES', 'LAST USED'];

/** Keys as lines of columns; empty without keys. */
export function keyTable(keys: readonly ListedKey[]): string {
  if (keys.length === 0) return '';
  const rows = [HEAD, ...keys.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

function cellsOf(key: ListedKey): readonly string[] {
  return [
    ...[key.name, key.prefix, key.state, key.scopes.join(','), key.accounts?.join(',') ?? 'all'],
    ...[key.per_second === null ? '-' : String(key.per_second)],
    ...[shownTime(key.created, ''), shownTime(key.expires, 'never'), shownTime(key.last_used, 'never')],
  ];
}
