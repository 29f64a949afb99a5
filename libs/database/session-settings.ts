/** Bounds and whatever else a purpose wants of its connections, by their names in Postgres; times in ms. */
export type SessionSettings = Readonly<Record<string, string | number>>;

/** How commits reach the disk: before they are answered, or soon after. */
export type Durability = 'durable' | 'soon';

/**
 * One statement that makes the settings, for the session or for the transaction under way. A statement and no startup
 * parameters: poolers refuse those.
 *
 * @param durability default: the server's.
 */
export function settingsStatement(
  settings: SessionSettings,
  scope: 'session' | 'transaction',
  durability?: Durability,
): string {
  const isLocal = scope === 'transaction';
  const each = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', ${isLocal})`);
  if (durability !== undefined) each.push(`set_config('synchronous_commit', ${COMMITS[durability]}, ${isLocal})`);
  return `SELECT ${each.join(', ')}`;
}

/** What is stricter than `on` stays. */
const COMMITS = {
  soon: `'off'`,
  durable: `replace(current_setting('synchronous_commit'), 'off', 'on')`,
};
