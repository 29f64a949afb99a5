import type { LogGuard } from '../guard/log-guard';
import type { Metrics } from '@mps-ledger/platform';

const CODES = ['log-replaced', 'log-not-ready', 'log-unsafe'] as const;

/** Shows what the guard of a log has found. */
export function addLogGauges(metrics: Metrics, guard: LogGuard): void {
  metrics.gauge({
    name: 'event_log_problem',
    help: '1 while the event log is not to be relied on, by why: nothing is acknowledged then.',
    labels: ['code'],
    collect(gauge) {
      const problem = guard.problem();
      for (const code of CODES) gauge.set({ code }, problem?.code === code ? 1 : 0);
    },
  });
  metrics.gauge({
    name: 'event_log_warnings',
    help: 'Differences of the event log from what setup makes that break no promise.',
    collect: (gauge) => gauge.set(guard.warnings().length),
  });
}
