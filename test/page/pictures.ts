import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp } from '@mps-ledger/testing';
import { closeBrowser, look } from './browser';

/** Where the picture of the README is. */
const README_PICTURE = join('docs', 'page.png');

const SAMPLE = 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json';
const SAMPLE_ID = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';
const SIZES = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const;

/** What is pictured, by the name of its file. */
const VIEWS = {
  tasks: '',
  failed: '?outcome=failed',
  task: `?view=task&account=default&task=${encodeURIComponent(SAMPLE_ID)}`,
  why: `?view=task&account=default&task=${encodeURIComponent(SAMPLE_ID)}&why=outcome`,
  errors: '?view=errors&period=24h',
  pipeline: '?view=pipeline',
  usage: '?view=usage',
};

/** `npm run page:pictures`: pictures of each view at each width, light and dark, over simulated tasks, below `--out`. With `--readme` that of the README, too. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: '.tmp/page' }, readme: { type: 'boolean' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'page-pictures-'));
  const [API_PORT = 0, CALLBACK_PORT = 0] = await freePorts(2);
  const env = { DATA_DIR: join(folder, 'ledger'), API_PORT: `${API_PORT}`, CALLBACK_PORT: `${CALLBACK_PORT}` };
  const ledger = startApp('apps/standalone/main.js', { env });
  try {
    const isOpen = (): boolean => ledger.stdout().includes('Ctrl-C');
    await eventually(isOpen, { timeoutMs: 90_000, what: 'the ledger' });
    const api = `http://127.0.0.1:${API_PORT}`;
    await fill(api, `http://127.0.0.1:${CALLBACK_PORT}/notify/mps`);
    mkdirSync(values.out, { recursive: true });
    await takeAll(api, values.out);
    if (values.readme === true) cpSync(join(values.out, 'tasks-1440-light.png'), README_PICTURE);
  } finally {
    await closeBrowser();
    ledger.signal('SIGTERM');
    await ledger.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(api: string, callbacks: string): Promise<void> {
  const odd = ['--duplicate', '0.1', '--reorder', '0.2', '--late', '0.1', '--contradict', '0.05'];
  const args = ['--to', callbacks, '--tasks', '200', '--mode', 'change', '--seed', '3', ...odd, '--check', api];
  await startApp('apps/simulator/main.js', { args }).ended;
  await fetch(callbacks, { method: 'POST', body: readFileSync(SAMPLE) });
  const visible = async () => (await fetch(`${api}/v1/tasks/${encodeURIComponent(SAMPLE_ID)}`)).ok;
  await eventually(visible, { timeoutMs: 30_000, what: 'the sample' });
}

async function takeAll(api: string, out: string): Promise<void> {
  for (const [name, query] of Object.entries(VIEWS)) {
    for (const [width, height] of SIZES) {
      for (const scheme of ['light', 'dark'] as const) {
        const looking = await look(`${api}/${query}`, { width, height, scheme });
        const shown = name === 'why' ? '.explained' : '.row, .entry, .error-group, .flow, .day-chart';
        await looking.page.locator(shown).first().waitFor();
        await looking.page.screenshot({ path: join(out, `${name}-${width}-${scheme}.png`) });
        await looking.close();
      }
    }
  }
}

void main();
