import { oneOf, withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { PERIODS, periodNamed, type PeriodName } from './period';

const LABELS: Readonly<Record<PeriodName, string>> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' };

/** The period of a report, by the address. */
export const usePeriod = (): PeriodName => periodNamed(oneOf(useAddress(), 'period'));

/** Chooses the period. */
export function PeriodSwitch() {
  const address = useAddress();
  const period = usePeriod();
  return (
    <div class="switch" role="group" aria-label="Period">
      {(Object.keys(PERIODS) as PeriodName[]).map((name) => (
        <Link
          key={name}
          to={withParameters(address, { period: name })}
          aria-current={name === period ? 'true' : undefined}
        >
          {LABELS[name]}
        </Link>
      ))}
    </div>
  );
}
