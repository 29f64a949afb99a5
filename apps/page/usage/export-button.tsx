import { useState } from 'preact/hooks';
import { failureOf } from '../api/problem';
import { readUsage } from './read-usage';
import { csvOf, templateWords, USAGE_COLUMNS } from './usage-rows';

/** More pages of 200 sums are not exported. */
const MOST_PAGES = 500;

/** Saves the sums of each template on each day as CSV. */
export function ExportButton({ begin }: { readonly begin: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const save = (): void => {
    setSaid('Reading…');
    exportUsage(begin).then(
      (isCut) => setSaid(isCut ? 'Cut: /v1/usage has the rest' : null),
      (error: unknown) => setSaid(failureOf(error).message),
    );
  };
  return (
    <>
      <span role="status" class="muted">
        {said}
      </span>
      <button class="button button-small" type="button" onClick={save}>
        Export CSV
      </button>
    </>
  );
}

async function exportUsage(begin: string): Promise<boolean> {
  const query = { ended_after: begin, by: ['day', 'subtask_kind', 'definition'] as const };
  const { items, isCut } = await readUsage({ query: { ...query, by: [...query.by] }, mostPages: MOST_PAGES });
  const head = ['day', 'template', ...USAGE_COLUMNS.map(([name]) => name.toLowerCase())];
  const rows = items.map((item) => [item.day ?? '', templateWords(item), ...USAGE_COLUMNS.map(([, of]) => of(item))]);
  const href = URL.createObjectURL(new Blob([csvOf([head, ...rows])], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href, download: 'usage.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
  return isCut;
}
