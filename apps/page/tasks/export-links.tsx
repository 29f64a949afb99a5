import { useState } from 'preact/hooks';
import { addressOf, request } from '../api/client';
import { apiKey } from '../api/key';
import { ReadFailure } from '../api/problem';
import { useAddress } from '../routing/router';
import { listQuery } from './filters';

const FORMATS = ['csv', 'ndjson'] as const;

/** All tasks of the filter as a file. */
export function ExportLinks() {
  const { fields: _fields, limit: _limit, ...query } = listQuery(useAddress());
  const [failure, setFailure] = useState<string | null>(null);
  return (
    <div class="export">
      <span class="muted">Export</span>
      {FORMATS.map((format) => {
        const href = addressOf('v1/tasks/export', { ...query, format });
        const save = (event: MouseEvent): void => {
          // A link cannot send the key.
          if (apiKey.get() === null) return;
          event.preventDefault();
          saveWithKey(href, `tasks.${format}`).catch((error: unknown) => {
            setFailure(error instanceof ReadFailure ? error.message : 'The export was cut off.');
          });
        };
        return (
          <a key={format} href={href} download={`tasks.${format}`} onClick={save}>
            {format.toUpperCase()}
          </a>
        );
      })}
      {failure !== null && <span role="alert">{failure}</span>}
    </div>
  );
}

async function saveWithKey(href: string, name: string): Promise<void> {
  const content = URL.createObjectURL(await (await request(href)).blob());
  const link = Object.assign(document.createElement('a'), { href: content, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(content), 60_000);
}
