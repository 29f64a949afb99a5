import type { Page, Request } from 'playwright-core';
import { eventually } from '@mps-ledger/spec-kit';
import { closeBrowser, describeInBrowser, isTooWide, look, seriousFindings } from './browser';
import { sendTask, simulateTasks, startLedger, untilVisible, type PageLedger } from './ledger';

jest.setTimeout(180_000);

/** Texts that a page must show, and nothing else. */
const HOSTILE = {
  markup: '<img src=x onerror=alert(1)>"\'&lt;script>alert(2)</script>',
  rightToLeft: '\u202eمهمة-\u0639\u0631\u0628\u064a-\u202d',
  long: `long-${'x'.repeat(995)}`,
};

const rowIds = (page: Page): Promise<string[]> => page.locator('a.row-link').allInnerTexts();

describeInBrowser('the list of tasks', () => {
  let ledger: PageLedger;
  beforeAll(async () => {
    ledger = await startLedger();
    await simulateTasks(ledger, 40);
    for (const TaskId of Object.values(HOSTILE)) {
      await sendTask(ledger, { TaskId, SessionId: TaskId, Message: TaskId });
      await untilVisible(ledger, TaskId);
    }
  });
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  it('shows the state by a word, and what failed in one line', async () => {
    const { page, faults, close } = await look(`${ledger.api}/?outcome=partially-failed`);
    await page.locator('.row').first().waitFor();
    for (const text of await page.locator('.row').allInnerTexts()) expect(text).toMatch(/Partially failed[^]*\w+ · \w/);
    await page.getByRole('link', { name: /^All \d+$/ }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('has its filters in the address, which back and forward walk', async () => {
    const { page, close } = await look(ledger.api);
    await page.getByRole('link', { name: /^Failed/ }).click();
    expect(new URL(page.url()).search).toBe('?outcome=failed');
    await page.getByText('Filter', { exact: true }).click();
    await page.getByLabel('kind').selectOption('workflow');
    expect(new URL(page.url()).search).toBe('?outcome=failed&kind=workflow');
    await page.getByRole('link', { name: 'Remove kind workflow' }).click();
    expect(new URL(page.url()).search).toBe('?outcome=failed');
    await page.goBack();
    await page.getByRole('link', { name: 'Remove kind workflow' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Remove kind workflow' }).waitFor();
    await close();
  });

  it('takes typed filters into the address, and its order', async () => {
    const { page, close } = await look(ledger.api);
    await page.locator('.row').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('is:failed kind:workflow');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).search).toBe('?outcome=failed&kind=workflow');
    await page.getByRole('link', { name: 'Remove kind workflow' }).waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Updated' }).click();
    expect(new URL(page.url()).searchParams.get('order')).toBe('updated');
    await page.locator('.row').first().waitFor();
    await page.locator('a.row-link').first().click();
    await page.getByRole('link', { name: '← Tasks' }).click();
    expect(new URL(page.url()).search).toBe('?outcome=failed&kind=workflow&order=updated');
    await close();
  });

  it('is walked by j and k, opened by Enter, searched by /, and explained by ?', async () => {
    const { page, close } = await look(ledger.api);
    await page.locator('a.row-link').first().waitFor();
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
    const focused = await page.evaluate(`[...document.querySelectorAll('a.row-link')].indexOf(document.activeElement)`);
    expect(focused).toBe(1);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('long-xxx');
    await eventually(async () => (await rowIds(page)).length === 1, { timeoutMs: 10_000, what: 'the found task' });
    expect(new URL(page.url()).searchParams.get('q')).toBe('long-xxx');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await eventually(() => new URL(page.url()).searchParams.get('view') === 'task', {
      timeoutMs: 5000,
      what: 'the task',
    });
    expect(new URL(page.url()).searchParams.get('task')).toBe(HOSTILE.long);
    await close();
  });

  it('announces new tasks and moves nothing, and changes a task in its place', async () => {
    const TaskId = `live-${Date.now()}`;
    const { page, close } = await look(`${ledger.api}/?time=utc`);
    await page.locator('.age-live').waitFor();
    const before = await rowIds(page);
    await sendTask(ledger, { TaskId, Status: 'PROCESSING', MediaProcessResultSet: [] });
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await rowIds(page)).toEqual(before);
    await page.keyboard.press('n');
    await eventually(async () => (await rowIds(page)).length === before.length + 1, {
      timeoutMs: 10_000,
      what: 'the new row',
    });
    const row = page.locator('.row').first();
    expect(await row.innerText()).toMatch(/Processing/);
    const ids = await rowIds(page);
    await sendTask(ledger, { TaskId });
    await row.getByText('Partially failed').waitFor();
    expect(await rowIds(page)).toEqual(ids);
    await close();
  });

  it('has one stream at any time, and asks little while much happens', async () => {
    const { page, close } = await look(ledger.api);
    const asked: string[] = [];
    const open = new Set<Request>();
    const isStream = (request: Request): boolean => new URL(request.url()).pathname === '/v1/stream';
    page.on('request', (request) => void (isStream(request) ? open.add(request) : asked.push(request.url())));
    for (const ended of ['requestfinished', 'requestfailed'] as const)
      page.on(ended as 'requestfailed', (request) => open.delete(request));
    await page.reload();
    await page.locator('.age-live').waitFor();
    await page.locator('a.row-link').first().click();
    await page.locator('.timeline .virtual').waitFor({ state: 'attached' });
    await page.locator('.age-live').waitFor();
    await page.keyboard.press('u');
    await page.locator('.row').first().waitFor();
    await page.locator('.age-live').waitFor();
    await eventually(() => open.size === 1, { timeoutMs: 10_000, what: 'one stream' });
    const before = asked.length;
    const many = Array.from({ length: 40 }, (_, at) => `burst-${Date.now()}-${at}`);
    for (const TaskId of many) await sendTask(ledger, { TaskId });
    await page.getByRole('button', { name: '40 new' }).waitFor();
    expect([open.size, asked.slice(before).length < 20]).toEqual([1, true]);
    await close();
  });

  it('shows hostile texts as texts, within the window', async () => {
    for (const [width, q] of [
      [1440, 'onerror'],
      [390, 'long-xxx'],
      [390, 'مهمة'],
    ] as const) {
      const { page, faults, close } = await look(`${ledger.api}/?q=${encodeURIComponent(q)}`, { width });
      await page.locator('.row').first().waitFor();
      expect(await page.locator('.row').count()).toBe(1);
      expect(Object.values(HOSTILE)).toContain(await page.locator('.row .task-name').getAttribute('title'));
      expect(await page.locator('img, .row script').count()).toBe(0);
      expect([q, await isTooWide(page), faults]).toEqual([q, false, []]);
      await close();
    }
  });

  it('says what is wrong with a filter, in the words of the API', async () => {
    const { page, close } = await look(`${ledger.api}/?outcome=fialed`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/outcome[^]*failed/);
    await close();
  });

  it.each(['light', 'dark'] as const)(
    'has no serious finding by axe, with its menu and its help open (%s)',
    async (scheme) => {
      const { page, close } = await look(ledger.api, { scheme });
      await page.locator('.row').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByText('Filter', { exact: true }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await close();
    },
  );

  it('is as wide as the window, at each width', async () => {
    for (const width of [1440, 1024, 390]) {
      const { page, close } = await look(`${ledger.api}/?time=local`, { width });
      await page.locator('.row').first().waitFor();
      expect([width, await isTooWide(page)]).toEqual([width, false]);
      await close();
    }
  });
});
