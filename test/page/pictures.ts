import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
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

interface PicturedState {
  /** The query of its address. Default: none. */
  readonly query?: string;
  /** What is done before the picture is taken. */
  readonly then?: (page: Page) => Promise<unknown>;
  /** What is there when it is complete. */
  readonly until?: string;
}

const TASK = `?view=task&account=default&task=${encodeURIComponent(SAMPLE_ID)}`;

/** What is pictured, by the name of its file. */
const STATES: Readonly<Record<string, PicturedState>> = {
  tasks: {},
  failed: { query: '?outcome=failed&kind=workflow&q=Source' },
  filter: { then: (page) => page.getByText('Filter', { exact: true }).click() },
  help: { then: (page) => page.keyboard.press('?') },
  unreachable: { then: (page) => page.route('**/v1/**', (route) => route.abort()), until: '.banner' },
  key: {
    then: async (page) => {
      await page.route('**/v1/**', (route) => route.fulfill({ status: 401, json: { detail: 'Send a key.' } }));
      await page.reload();
    },
    until: '#api-key',
  },
  wrong: { query: '?outcome=fialed', until: '.notice' },
  none: { query: '?session_id=nobody', until: '.notice' },
  task: { query: TASK },
  compared: { query: `${TASK}&version=1`, until: '.versions, .section' },
  why: { query: `${TASK}&why=outcome`, until: '.explained' },
  event: {
    query: TASK,
    then: (page) => page.getByRole('link', { name: 'Subtask failed' }).click(),
    until: '.panel .json',
  },
  errors: { query: '?view=errors&period=24h' },
  pipeline: { query: '?view=pipeline' },
  usage: { query: '?view=usage' },
};

/** What any view has when it is complete. */
const CONTENT = '.row, .timeline, .error-group, .flow, .day-chart, .notice';

/**
 * `npm run page:pictures`: pictures of each view and state at each width, light and dark, over simulated tasks, below `--out`; with `--only` of
 * some of them. With `--readme` that of the README, too.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: '.tmp/page' }, only: { type: 'string' }, readme: { type: 'boolean' } },
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
    await takeAll(api, values.out, values.only);
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

async function takeAll(api: string, out: string, only: string | undefined): Promise<void> {
  for (const [name, { query = '', then, until = CONTENT }] of Object.entries(STATES)) {
    if (only !== undefined && !only.split(',').includes(name)) continue;
    for (const [width, height] of SIZES) {
      for (const scheme of ['light', 'dark'] as const) {
        const looking = await look(`${api}/${query}`, { width, height, scheme });
        await looking.page.locator(CONTENT).first().waitFor();
        await then?.(looking.page);
        await looking.page.locator(until).first().waitFor();
        await looking.page.locator('.states-reading').waitFor({ state: 'detached' });
        await looking.page.screenshot({ path: join(out, `${name}-${width}-${scheme}.png`) });
        await looking.close();
      }
    }
  }
}

void main();
