import { DataTable } from '../frame/data-table';
import { csvOf, MEASURES, numberWords, templateWords, type MeasureName, type UsageItem } from './usage-rows';

interface TemplateTableProps {
  readonly items: readonly UsageItem[];
  /** There are more templates than these. */
  readonly isCut: boolean;
  readonly measure: MeasureName;
}

const COLUMNS = [
  ['Output minutes', MEASURES.minutes.of],
  ['Output GB', MEASURES.gigabytes.of],
  ['Subtasks', MEASURES.subtasks.of],
  ['Failed subtasks', ({ failed_subtasks }: UsageItem) => failed_subtasks],
  ['Tasks', MEASURES.tasks.of],
  ['Failed tasks', ({ failed_tasks }: UsageItem) => failed_tasks],
] as const;

const TABLE_COLUMNS = [{ name: 'Template', isRowName: true }, ...COLUMNS.map(([name]) => ({ name, isNumber: true }))];

/** What each template did, the most of the chosen measure first; to export. */
export function TemplateTable({ items, isCut, measure }: TemplateTableProps) {
  const { of } = MEASURES[measure];
  const sorted = [...items].sort((one, other) => of(other) - of(one));
  const rows = sorted.map((item) => ({
    key: `${item.subtask_kind ?? ''} ${item.definition ?? ''}`,
    cells: [<bdi key="name">{templateWords(item)}</bdi>, ...COLUMNS.map(([, valueOf]) => numberWords(valueOf(item)))],
  }));
  return (
    <section class="section" aria-label="By template">
      <div class="view-head">
        <h2>By template</h2>
        <button class="button button-small" type="button" onClick={() => save(sorted)}>
          Export CSV
        </button>
      </div>
      <DataTable label="Table of templates" columns={TABLE_COLUMNS} rows={rows} />
      {isCut && <p class="muted">There are more templates: /v1/usage has all of them.</p>}
    </section>
  );
}

function save(rows: readonly UsageItem[]): void {
  const head = ['template', ...COLUMNS.map(([name]) => name.toLowerCase())];
  const text = csvOf([head, ...rows.map((item) => [templateWords(item), ...COLUMNS.map(([, of]) => of(item))])]);
  const href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href, download: 'usage.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
