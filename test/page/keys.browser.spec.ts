import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { eventually } from '@mps-ledger/spec-kit';
import { closeBrowser, describeInBrowser, look, seriousFindings, type Look } from './browser';
import { sendTask, startLedger, untilVisible, type PageLedger } from './ledger';
import { endQueries, makeKey, startQuery } from './query';

jest.setTimeout(180_000);

/* What each kind of key shows, and what it is told where it has no right. */

describeInBrowser('the page, with a key', () => {
  let ledger: PageLedger;
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    ledger = await startLedger();
    await sendTask(ledger, { TaskId: 'first' });
    await untilVisible(ledger, 'first');
    keys['read'] = await makeKey(ledger, 'reader', '--scopes', 'read');
    keys['all'] = await makeKey(ledger, 'all', '--scopes', 'read,subscribe,operate');
    keys['slow'] = await makeKey(ledger, 'slow', '--scopes', 'read,subscribe', '--rate', '1');
    keys['bound'] = await makeKey(ledger, 'bound', '--scopes', 'read,subscribe', '--accounts', 'default');
    keys['elsewhere'] = await makeKey(ledger, 'elsewhere', '--scopes', 'read,subscribe', '--accounts', 'elsewhere');
  });
  afterAll(async () => {
    await closeBrowser();
    await endQueries();
    await ledger.close();
  });

  async function enter(page: Page, key: string): Promise<void> {
    await page.getByLabel('Key of the API').fill(keys[key] ?? '');
    await page.keyboard.press('Enter');
  }

  /** Opens a place of the page with a key. */
  async function lookWith(key: string, query = '', api = ledger.api): Promise<Look> {
    const looking = await look(`${api}/${query}`);
    await enter(looking.page, key);
    return looking;
  }

  it('without the right to subscribe asks for changes, says so, and is as old as it says', async () => {
    const { page, faults, close } = await lookWith('read');
    await page.locator('.row').waitFor();
    await page.locator('.age[title*="not shown as they come"]').waitFor();
    await sendTask(ledger, { TaskId: 'polled' });
    await page.getByRole('button', { name: '1 new' }).click();
    const row = page.locator('.row', { hasText: 'polled' });
    await row.getByText('Partially failed').waitFor();
    expect(await page.locator('.age').innerText()).toBe('up to date');
    await sendTask(ledger, { TaskId: 'polled', ErrCode: 30_010, Message: 'it failed later' });
    await row.getByText('Failed', { exact: true }).waitFor();
    expect(await page.locator('a.row-link').allInnerTexts()).toHaveLength(2);
    expect(faults).toEqual([]);
    await close();
  });

  it('without the right to subscribe keeps a task up as well', async () => {
    await sendTask(ledger, { TaskId: 'watched', Status: 'PROCESSING', MediaProcessResultSet: [] });
    await untilVisibleWith('watched');
    const { page, close } = await lookWith('read', '?view=task&account=default&task=watched');
    await page.getByText('in progress.').waitFor();
    await sendTask(ledger, { TaskId: 'watched' });
    await page.getByText('1 of 4 subtasks failed').waitFor();
    await page.getByRole('link', { name: 'Notification received' }).nth(1).click();
    await page.getByText(/The received bytes: .*scope operate/).waitFor();
    await close();
  });

  function untilVisibleWith(taskId: string): Promise<unknown> {
    const init = { headers: { authorization: `Bearer ${keys['all']}` } };
    const visible = async (): Promise<boolean> => (await fetch(`${ledger.api}/v1/tasks/${taskId}`, init)).ok;
    return eventually(visible, { timeoutMs: 30_000, what: `the task ${taskId}` });
  }

  it('of one request a second waits as long as it is told, and shows everything', async () => {
    const { page, close } = await look(ledger.api);
    const answers: number[] = [];
    page.on('response', (response) => answers.push(response.status()));
    await enter(page, 'slow');
    await page.locator('.row').first().waitFor();
    await page.getByRole('link', { name: /^All \d/ }).waitFor();
    await page.locator('.age-live').waitFor();
    const refused = answers.filter((status) => status === 429).length;
    expect([refused > 0, refused < 10]).toEqual([true, true]);
    expect(await page.getByRole('alert').count()).toBe(0);
    await close();
  });

  it('of one account shows what is of it, and says what such a key does not see', async () => {
    const { page, faults, close } = await lookWith('bound', '?view=pipeline');
    await page.getByText('the key shows some accounts only').waitFor();
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('link', { name: 'first', exact: true }).waitFor();
    expect(faults).toEqual([]);
    await close();
    const other = await lookWith('elsewhere');
    await other.page.getByRole('heading', { name: 'No task yet' }).waitFor();
    await other.close();
  });

  it('exports with it, in no address', async () => {
    const { page, close } = await lookWith('all', '?outcome=partially-failed');
    await page.locator('.row').first().waitFor();
    for (const [name, pattern] of [
      ['CSV', /^account,task_id,[^]*first/],
      ['NDJSON', /^\{[^]*"task_id":"first"/],
    ] as const) {
      const saved = page.waitForEvent('download');
      await page.getByRole('link', { name, exact: true }).click();
      const download = await saved;
      expect(download.suggestedFilename()).toBe(`tasks.${name.toLowerCase()}`);
      expect(download.url()).toMatch(/^blob:/);
      expect(readFileSync(await download.path(), 'utf8')).toMatch(pattern);
    }
    await close();
  });

  it('sends the sample only with the right to operate: otherwise it says which is missing', async () => {
    const { page, close } = await lookWith('elsewhere');
    await page.getByRole('button', { name: 'Send the sample' }).click();
    await page.getByText(/scope operate/).waitFor();
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await enter(page, 'all');
    await page.locator('.row').first().waitFor();
    await close();
  });

  it('is asked for in words, also where it cannot be one', async () => {
    const { page, close } = await look(ledger.api);
    await page.getByLabel('Key of the API').fill('ключ');
    await page.keyboard.press('Enter');
    await page.getByText('A key has letters, digits and signs only').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await close();
  });

  it('says that search is switched off, and what to do', async () => {
    const { api } = await startQuery(ledger, { OPTIONAL_PROJECTIONS: 'none' });
    const { page, close } = await lookWith('all', '?q=first', api);
    await page.getByRole('alert').getByText('Search is switched off on this server').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page
      .getByRole('searchbox')
      .or(page.getByRole('combobox', { name: 'Search' }))
      .fill('');
    await page.locator('.row').first().waitFor();
    await close();
  });
});
