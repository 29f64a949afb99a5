import { DataTable } from '../frame/data-table';
import { useStableOrder } from '../frame/stable-order';
import { addressNow, Link } from '../routing/router';
import { withParameters } from '../routing/address';
import { ExportButton } from './export-button';
import { templateParameters } from './shown-template';
import { MEASURES, numberWords, templateWords, USAGE_COLUMNS, type MeasureName, type UsageItem } from './usage-rows';

interface TemplateTableProps {
  /** When the period begins. */
  readonly begin: string;
  readonly items: readonly UsageItem[];
  /** There are more templates than these. */
  readonly isCut: boolean;
  readonly measure: MeasureName;
}

const TABLE_COLUMNS = [
  { name: 'Template', isRowName: true },
  ...USAGE_COLUMNS.map(([name]) => ({ name, isNumber: true })),
];

const keyOf = ({ subtask_kind: kind, definition }: UsageItem): string => JSON.stringify([kind, definition]);

/** What each template did, the most of the chosen measure first; to export. */
export function TemplateTable({ begin, items, isCut, measure }: TemplateTableProps) {
  const { of } = MEASURES[measure];
  const byMeasure = [...items].sort((one, other) => of(other) - of(one));
  const sorted = useStableOrder(byMeasure, keyOf, `${begin} ${measure}`);
  const rows = sorted.map((item) => ({
    key: keyOf(item),
    cells: [<TemplateLink key="name" item={item} />, ...USAGE_COLUMNS.map(([, valueOf]) => numberWords(valueOf(item)))],
  }));
  return (
    <section class="section" aria-label="By template">
      <div class="view-head">
        <h2>By template</h2>
        <ExportButton begin={begin} />
      </div>
      <DataTable label="Table of templates" columns={TABLE_COLUMNS} rows={rows} />
      {isCut && <p class="muted">There are more templates: /v1/usage has all of them.</p>}
    </section>
  );
}

/** A template's name; its days are shown on a click. */
function TemplateLink({ item }: { readonly item: UsageItem }) {
  const parameters = templateParameters(item);
  const name = <bdi>{templateWords(item)}</bdi>;
  return parameters === null ? (
    name
  ) : (
    <Link class="table-link" to={withParameters(addressNow(), parameters)} title="Show its days">
      {name}
    </Link>
  );
}
