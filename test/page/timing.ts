import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp } from '@mps-ledger/testing';
import { closeBrowser, look } from './browser';
import { sendLongHistory } from './ledger';
import { scrollToEnd } from './scrolling';

const LONG_TASK = 'long-history';

/** Notes when the first row of what is looked at is painted: the frame after it came into the document has ended. */
const NOTE_FIRST_ROW = `
  window.firstRow = new Promise((seen) => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('.row, .flow, .error-group') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => seen(performance.now())));
    }).observe(document, { childList: true, subtree: true });
  });`;

/**
 * `npm run page:timing`: how long the first view takes, from the beginning of the navigation and from the load event on, each time in a
 * session of its own that has nothing cached; and how a timeline of 40,000 events scrolls.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '30' }, 'no-scroll': { type: 'boolean', default: false } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'page-timing-'));
  const [API_PORT = 0, CALLBACK_PORT = 0] = await freePorts(2);
  const env = { DATA_DIR: join(folder, 'ledger'), API_PORT: `${API_PORT}`, CALLBACK_PORT: `${CALLBACK_PORT}` };
  const ledger = startApp('apps/standalone/main.js', { env });
  try {
    await eventually(() => ledger.stdout().includes('Ctrl-C'), { timeoutMs: 90_000, what: 'the ledger' });
    const api = `http://127.0.0.1:${API_PORT}`;
    const callbacks = `http://127.0.0.1:${CALLBACK_PORT}/notify/mps`;
    const args = ['--to', callbacks, '--tasks', '200', '--mode', 'change', '--seed', '3', '--check', api];
    await startApp('apps/simulator/main.js', { args }).ended;
    say(
      `${availableParallelism()} cores, load ${loadavg()
        .map((load) => load.toFixed(1))
        .join(' ')}`,
    );
    for (const [name, query] of [
      ['tasks', ''],
      ['pipeline', '?view=pipeline'],
      ['errors', '?view=errors'],
    ] as const)
      await timeView(name, `${api}/${query}`, Number(values.rounds));
    if (!values['no-scroll']) await timeScrolling(api, callbacks);
  } finally {
    await closeBrowser();
    ledger.signal('SIGTERM');
    await ledger.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens a view again and again; the first time warms the server and the browser, and does not count. */
async function timeView(name: string, url: string, rounds: number): Promise<void> {
  const fromStart: number[] = [];
  const fromLoad: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const looking = await look(url, { before: NOTE_FIRST_ROW });
    const { page } = looking;
    const first = await page.evaluate<number>('window.firstRow');
    const load = await page.evaluate<number>('performance.getEntriesByType("navigation")[0].loadEventEnd');
    await looking.close();
    if (round === 0) continue;
    fromStart.push(first);
    fromLoad.push(Math.max(0, first - load));
  }
  say(
    `${name}: first rows painted after ${inWords(fromStart)} from the start, ${inWords(fromLoad)} from the load event`,
  );
}

async function timeScrolling(api: string, callbacks: string): Promise<void> {
  await sendLongHistory({ api, callbacks }, { taskId: LONG_TASK, subtasks: 5000, notifications: 4 });
  const looking = await look(`${api}/?view=task&account=default&task=${LONG_TASK}`);
  const { page } = looking;
  await page.locator('.timeline .virtual').waitFor({ state: 'attached' });
  for (const pixels of [300, 1500]) {
    await page.evaluate('scrollTo(0, 0)');
    const { frames, gaps, absent, mostRows, events } = await scrollToEnd(page, pixels);
    const inTime = frames.filter((ms) => ms < 17.5).length / frames.length;
    const heap = await page.evaluate<number>('performance.memory.usedJSHeapSize');
    say(
      `${events} events at ${pixels} px a frame: ${inWords(frames)} from frame to frame, ${(100 * inTime).toFixed(1)} % of ${frames.length} within 17.5 ms, ` +
        `${gaps} with a gap, ${absent} with rows that had to be read again, ${mostRows} rows at most, ${(heap / 1e6).toFixed(0)} MB of heap`,
    );
  }
  await looking.close();
}

/** The median and the spread. */
function inWords(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} ms (${at(0)} to ${at(1)}, 95 % up to ${at(0.95)})`;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

void main();
