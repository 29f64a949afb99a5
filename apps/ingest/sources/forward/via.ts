/** In the header `Via` (RFC 9110, 7.6.3), one of the ledgers that forwarded a notification: its log. */
const OF_LEDGER = /(?:^|,)\s*1\.1 mps-ledger-([a-z0-9]{12})\s*(?=,|$)/g;
/** Further ones are not passed on. */
const MAX_LEDGERS = 16;

/** The ids of the logs that a header `Via` says a notification came through, first to last; of other programs nothing. */
export function logsIn(via: string | undefined): readonly string[] {
  return [...(via ?? '').matchAll(OF_LEDGER)].map(([, logId = '']) => logId).slice(0, MAX_LEDGERS);
}

/** The header `Via` of a notification that came through these logs. */
export function viaOf(logIds: readonly string[]): string {
  return logIds.map((logId) => `1.1 mps-ledger-${logId}`).join(', ');
}
