import { DataTable } from '../frame/data-table';
import type { ShownPipeline } from '../api/answers';

const COLUMNS = [
  { name: 'Build', isRowName: true },
  { name: 'State' },
  { name: 'Fold', isNumber: true },
  { name: 'Log generation', isNumber: true },
  { name: 'Event generation', isNumber: true },
];

/** The builds of the rows: by which code they were made, and of which events. */
export function Builds({ builds }: Pick<ShownPipeline, 'builds'>) {
  const rows = builds.map(({ build, state, fold_version: fold, log_generation, event_generation }) => ({
    key: build,
    cells: [<bdi key="build">{build}</bdi>, state, fold === null ? '–' : `${fold}`, log_generation, event_generation],
  }));
  return (
    <section class="section" aria-label="Builds">
      <h2>Builds</h2>
      <DataTable label="Table of builds" columns={COLUMNS} rows={rows} isDense />
    </section>
  );
}
