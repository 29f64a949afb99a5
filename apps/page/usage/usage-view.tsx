import { usePolled } from '../api/use-loaded';
import { oneOf, withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { beginOf } from '../time/period';
import { PeriodSwitch, usePeriod } from '../time/period-switch';
import { DayChart } from './day-chart';
import { readUsage } from './read-usage';
import { TemplateTable } from './template-table';
import { dayValues, measureNamed, MEASURES, numberWords, type MeasureName } from './usage-rows';

const READ_EVERY_MS = 30_000;

/** How much was done: by day as a chart, by template as a table. */
export function UsageView() {
  const period = usePeriod();
  const measure = measureNamed(oneOf(useAddress(), 'measure'));
  const { value, failure } = usePolled(
    async (signal) => {
      const begin = beginOf(period, Date.now());
      const [days, templates] = await Promise.all([
        readUsage(begin, ['day'], signal),
        readUsage(begin, ['subtask_kind', 'definition'], signal),
      ]);
      return { days, templates };
    },
    READ_EVERY_MS,
    [period],
  );
  return (
    <>
      <div class="view-head">
        <h1>Usage</h1>
        <MeasureSwitch measure={measure} />
        <PeriodSwitch />
      </div>
      {failure !== null && <p role="alert">{failure}</p>}
      {value === null && failure === null && <p class="muted">Loading…</p>}
      {value !== null && (
        <>
          <p class="usage-total">
            <strong>{numberWords(MEASURES[measure].of(value.days.total))}</strong>{' '}
            <span class="muted">{MEASURES[measure].label.toLowerCase()} in all</span>
          </p>
          <DayChart
            days={dayValues(value.days.items, measure, beginOf(period, Date.now()), Date.now())}
            label={MEASURES[measure].label}
          />
          <TemplateTable items={value.templates.items} isCut={value.templates.isCut} measure={measure} />
        </>
      )}
    </>
  );
}

function MeasureSwitch({ measure }: { readonly measure: MeasureName }) {
  const address = useAddress();
  return (
    <div class="switch" role="group" aria-label="Measure">
      {(Object.keys(MEASURES) as MeasureName[]).map((name) => (
        <Link
          key={name}
          to={withParameters(address, { measure: name })}
          aria-current={name === measure ? 'true' : undefined}
        >
          {MEASURES[name].label}
        </Link>
      ))}
    </div>
  );
}
