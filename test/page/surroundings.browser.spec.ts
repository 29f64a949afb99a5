import { endAll } from '../standalone/process';
import { closeBrowser, describeInBrowser, look, seriousFindings } from './browser';
import { sendTask, startLedger, untilVisible, type PageLedger } from './ledger';
import { startTlsProxy } from './proxy';
import { endQueries, startQuery } from './query';

jest.setTimeout(120_000);

const KEY = 'a-key-of-the-operators';

/* Keys, proxies, and what goes away while the page is open. */

describeInBrowser('the page', () => {
  let ledger: PageLedger;
  beforeAll(async () => {
    ledger = await startLedger();
    await sendTask(ledger, { TaskId: 'first' });
    await untilVisible(ledger, 'first');
  });
  afterEach(endQueries);
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  it('works below a path, behind a proxy that speaks TLS, and hears of changes there', async () => {
    const proxy = await startTlsProxy(ledger.api, '/tools/ledger/');
    const { page, faults, close } = await look(proxy.url);
    await page.locator('.row').waitFor();
    await page.locator('.age-live').waitFor();
    await sendTask(ledger, { TaskId: 'behind-a-proxy' });
    await page.getByRole('button', { name: '1 new' }).click();
    await page.getByRole('link', { name: 'behind-a-proxy' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/tools/ledger/');
    expect(faults).toEqual([]);
    await close();
    proxy.close();
  });

  it('asks for a key once, sends it in no address, and keeps it for the tab', async () => {
    const { api } = await startQuery(ledger, { API_KEYS: KEY });
    const { page, close } = await look(api);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('heading', { name: 'A key is needed' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Key of the API').fill('not-the-right-key-at-all');
    await page.keyboard.press('Enter');
    await page.getByText('This key is not accepted').waitFor();
    await page.getByLabel('Key of the API').fill(KEY);
    await page.keyboard.press('Enter');
    await page.locator('.row').first().waitFor();
    await page.reload();
    await page.locator('.row').first().waitFor();
    expect(asked.filter((url) => url.includes(KEY))).toEqual([]);
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    await close();
  });

  it('says so where the projector is dead, and where the server is', async () => {
    await endAll();
    await ledger.database
      .pool()
      .query(`UPDATE tasks_v1.checkpoint SET complete_as_of = complete_as_of - interval '10 minutes'`);
    const { api, app } = await startQuery(ledger);
    const { page, close } = await look(api);
    await page.getByText('This is not the newest state').waitFor();
    expect(await page.locator('.age').innerText()).toMatch(/^1\d min old$/);
    expect(await page.locator('.row').count()).toBeGreaterThan(0);
    expect(await seriousFindings(page)).toEqual([]);
    app.signal('SIGKILL');
    await app.ended;
    await page.getByText('The server does not answer').waitFor();
    expect(await page.locator('.row').count()).toBeGreaterThan(0);
    await close();
  });
});
