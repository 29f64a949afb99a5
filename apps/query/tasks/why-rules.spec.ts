import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOST_BY, VALUE_RULES } from '@mps-ledger/tasks';

describe('the rules of explanations', () => {
  it('stand in the page about the API, each with its meaning', () => {
    const page = readFileSync(join(__dirname, '../../../docs/api.md'), 'utf8').split('\n### Why\n')[1] ?? '';
    const end = page.indexOf('\n## ');
    const section = end < 0 ? page : page.slice(0, end);
    const rows = [...section.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|$/gm)].map(([, name, meaning]) => [name, meaning]);
    expect(rows).toEqual([...Object.entries(VALUE_RULES), ...Object.entries(LOST_BY)]);
  });
});
