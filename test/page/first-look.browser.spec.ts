import { closeBrowser, describeInBrowser, look, seriousFindings } from './browser';
import { startLedger, type PageLedger } from './ledger';

jest.setTimeout(120_000);

/* Who has never seen the product opens the link, and finds a way to go on. */

describeInBrowser('the page over an empty ledger', () => {
  let ledger: PageLedger;
  beforeAll(async () => (ledger = await startLedger()));
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  it('teaches how a notification is sent, and sends the sample, whose task appears', async () => {
    const { page, faults, close } = await look(ledger.api);
    await page.getByRole('heading', { name: 'No task yet' }).waitFor();
    expect(await page.locator('pre').innerText()).toBe(ledger.commands[0]);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send the sample' }).click();
    await page.getByRole('button', { name: '1 new' }).or(page.locator('a.row-link')).first().waitFor();
    await page.keyboard.press('n');
    await page.locator('a.row-link').waitFor();
    expect(await page.locator('.row').innerText()).toMatch(
      /Partially failed[^]*AnimatedGraphics 20000 · ErrCode 30010/,
    );
    expect(faults).toEqual([]);
    await close();
  });

  it('is served compressed and for good, but for its document, under a policy that allows nothing else', async () => {
    const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
    const answer = await fetch(ledger.api, { headers });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'"]));
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const document = await answer.text();
    const assets = [...document.matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets.map((path) => path.replace(/^.*\./, '')).sort()).toEqual(['css', 'js', 'svg']);
    for (const path of assets) {
      const asset = await fetch(`${ledger.api}/${path}`, { headers });
      const coding = path.endsWith('.svg') ? null : 'gzip';
      expect([path, asset.status, asset.headers.get('content-encoding')]).toEqual([path, 200, coding]);
      expect(asset.headers.get('cache-control')).toMatch(/immutable/);
    }
    const tag = answer.headers.get('etag') ?? '';
    expect((await fetch(ledger.api, { headers: { ...headers, 'if-none-match': tag } })).status).toBe(304);
  });

  it('is text for what is no browser, and no file that is not there', async () => {
    const answer = await fetch(ledger.api);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toContain('/openapi.json');
    for (const path of ['assets/none.js', 'assets/..%2f..%2fpackage.json', 'assets/'])
      expect([path, (await fetch(`${ledger.api}/${path}`)).status]).toEqual([path, 404]);
  });

  it('sends the sample for no other site', async () => {
    const foreign: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://other.test' }];
    for (const headers of foreign)
      expect((await fetch(`${ledger.api}/sample`, { method: 'POST', headers })).status).toBe(403);
  });
});
