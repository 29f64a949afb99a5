import { usePolled } from '../api/use-loaded';
import { Polled } from '../frame/polled';
import { oneOf, withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { firstDayOf } from '../time/period';
import { PeriodSwitch, usePeriod } from '../time/period-switch';
import { DayChart } from './day-chart';
import { readDays, readUsage, type ReadUsage } from './read-usage';
import { templateIn, type ShownTemplate } from './shown-template';
import { TemplateTable } from './template-table';
import { dayValues, measureNamed, MEASURES, numberWords, type MeasureName } from './usage-rows';

const READ_EVERY_MS = 10_000;

/** How much was done: by day as a chart, by template as a table. */
export function UsageView() {
  const address = useAddress();
  const period = usePeriod();
  const measure = measureNamed(oneOf(address, 'measure'));
  const template = templateIn(address);
  const loaded = usePolled(
    async (signal) => {
      const begin = firstDayOf(period, Date.now());
      const by = ['subtask_kind', 'definition'] as const;
      const [days, templates] = await Promise.all([
        readDays(begin, template, signal),
        readUsage({ query: { ended_after: begin, by: [...by] }, signal }),
      ]);
      return { begin, days, templates };
    },
    READ_EVERY_MS,
    [period, template?.kind, template?.definition],
  );
  return (
    <>
      <div class="view-head">
        <h1>Usage</h1>
        <MeasureSwitch measure={measure} />
        <PeriodSwitch />
      </div>
      <Polled loaded={loaded}>
        {({ begin, days, templates }) => (
          <>
            <UsageDays begin={begin} read={days} measure={measure} template={template} />
            <TemplateTable begin={begin} items={templates.items} isCut={templates.isCut} measure={measure} />
          </>
        )}
      </Polled>
    </>
  );
}

interface UsageDaysProps {
  readonly begin: string;
  readonly read: ReadUsage;
  readonly measure: MeasureName;
  readonly template: ShownTemplate | null;
}

/** The sum of the period, and its days as a chart. */
function UsageDays({ begin, read: { items, total }, measure, template }: UsageDaysProps) {
  const address = useAddress();
  const { label, of } = MEASURES[measure];
  const sum = template === null ? of(total) : items.reduce((before, item) => before + of(item), 0);
  const name = template === null ? null : [template.kind, template.definition ?? ''].join(' ').trim();
  return (
    <>
      <p class="usage-total">
        <strong>{numberWords(sum)}</strong>{' '}
        <span class="muted">
          {label.toLowerCase()} {name === null ? 'in all' : <bdi>by {name}</bdi>}
        </span>
        {name !== null && (
          <Link class="button button-small" to={withParameters(address, { subtask_kind: null, definition: null })}>
            All templates
          </Link>
        )}
      </p>
      <DayChart days={dayValues(items, measure, begin, Date.now())} label={label} />
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
