import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from '@mps-ledger/testing';

/** `describe`, or `describe.skip` where there is no Chromium: such specs are counted (tools/jest-skipped.cjs). */
export const describeInBrowser = ((...given: Parameters<jest.Describe>) =>
  ((process.env['TEST_CHROMIUM_MISSING'] ?? '') === '' ? describe : describe.skip)(...given)) as jest.Describe;

export interface LookOptions {
  /** Default 1440 × 900. */
  readonly width?: number;
  readonly height?: number;
  /** Default `light`. */
  readonly scheme?: 'light' | 'dark';
  /** Default `reduce`. */
  readonly motion?: 'reduce' | 'no-preference';
  /** Run in the page before anything of it is. */
  readonly before?: string;
}

/** A page that is looked at, and what must not happen on it. */
export interface Look {
  readonly page: Page;
  /** What the content security policy refused, what failed, and what was asked of other servers. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

let browser: Browser | undefined;

/** Opens a page in a browser of its own session. `closeBrowser` ends the browser. */
export async function look(
  url: string,
  { width = 1440, height = 900, scheme = 'light', motion = 'reduce', before }: LookOptions = {},
): Promise<Look> {
  // Chromium's own sandbox needs rights that a container may not have; what is looked at is ours.
  browser ??= await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] });
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    ignoreHTTPSErrors: true,
    reducedMotion: motion,
  });
  await context.addInitScript(NOTE_SHIFTS);
  if (before !== undefined) await context.addInitScript(before);
  const page = await context.newPage();
  const faults = watch(context, page, new URL(url).host);
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

function watch(context: BrowserContext, page: Page, host: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(`refused: ${message.text()}`);
  });
  context.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && asked.protocol !== 'blob:') faults.push(`other server: ${request.url()}`);
  });
  return faults;
}

/** What moves without anybody's doing is noted by the browser itself. */
const NOTE_SHIFTS = `
  window.layoutShifts = [];
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      const moved = (sources ?? []).map(({ node, previousRect: from, currentRect: to }) =>
        (node?.className || node?.nodeName) + ' ' + [from.x, from.y, from.width, from.height] + ' → ' + [to.x, to.y, to.width, to.height]);
      window.layoutShifts.push(value.toFixed(4) + ': ' + moved.join('; '));
    }
  }).observe({ type: 'layout-shift', buffered: true });`;

/** What has moved by itself since the page was opened, with where from and where to. */
export async function layoutShifts(page: Page): Promise<readonly string[]> {
  // The observer is told after a frame.
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))',
  );
  return page.evaluate('window.layoutShifts');
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds that is serious or worse, as `rule: element`. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${html}\n${failureSummary}`));
}

/** Whether the page is wider than its window. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
