import { DataTable } from '../frame/data-table';
import { Time } from '../time/time';
import { durationWords } from '../time/words';
import type { ShownPipeline } from '../api/answers';

const COLUMNS = [
  { name: 'Source', isRowName: true },
  { name: 'Account' },
  { name: 'Last received' },
  { name: 'Silent for' },
  { name: 'Last rejected' },
];

/** Where notifications come from, and since when each is silent. */
export function Sources({ pipeline: { sources, sources_cut } }: { readonly pipeline: ShownPipeline }) {
  const rows = sources.map(({ source, account, last_received, last_rejected, silent_seconds: silent }) => ({
    key: `${account} ${source}`,
    cells: [
      ...[<bdi key="source">{source}</bdi>, account, <Time key="received" at={last_received} />],
      silent === null ? '–' : durationWords(silent * 1000),
      last_rejected === null ? '–' : <Time at={last_rejected} />,
    ],
  }));
  return (
    <section class="section" aria-label="Sources">
      <h2>Sources</h2>
      {rows.length === 0 ? (
        <p class="muted">No notification names its source yet.</p>
      ) : (
        <DataTable label="Table of sources" columns={COLUMNS} rows={rows} />
      )}
      {sources_cut && <p class="muted">There are more sources than are shown.</p>}
    </section>
  );
}
