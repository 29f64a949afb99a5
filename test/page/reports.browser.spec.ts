import { readFileSync } from 'node:fs';
import { closeBrowser, describeInBrowser, isTooWide, look, seriousFindings } from './browser';
import { sendTask, simulateTasks, startLedger, untilVisible, type PageLedger } from './ledger';

jest.setTimeout(180_000);

const HOSTILE = '<b onclick=alert(1)>\u202eمهمة</b>';

describeInBrowser('errors, pipeline and usage', () => {
  let ledger: PageLedger;
  beforeAll(async () => {
    ledger = await startLedger();
    await simulateTasks(ledger, 30);
    for (const TaskId of ['failing-1', 'failing-2']) {
      await sendTask(ledger, { TaskId });
      await untilVisible(ledger, TaskId);
    }
    const failed = { Status: 'FAIL', ErrCode: 1, Message: `${HOSTILE}${'z'.repeat(900)}`, Input: { Definition: 7 } };
    await sendTask(ledger, {
      TaskId: 'hostile',
      MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: failed }],
    });
    await untilVisible(ledger, 'hostile');
  });
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  it('a group of failures says what and why, and leads to its tasks and to the list', async () => {
    const { page, faults, close } = await look(`${ledger.api}/?view=errors`);
    const group = page.locator('.error-group', { hasText: 'AnimatedGraphics 20000' });
    await group.waitFor();
    expect(await group.innerText()).toMatch(/^\d+\s[^]*code 30010/);
    expect(await group.getByRole('img').getAttribute('aria-label')).toMatch(/^\d+ failures/);
    await group.getByRole('button').click();
    expect(await seriousFindings(page)).toEqual([]);
    await group.getByRole('link', { name: 'All workflow tasks with code 30010' }).click();
    expect(new URL(page.url()).search).toBe('?kind=workflow&error_code=30010');
    await page.goBack();
    await page.locator('.error-group', { hasText: 'AnimatedGraphics 20000' }).getByRole('button').click();
    await page.getByRole('link', { name: 'failing-1' }).click();
    await page.getByText('1 of 4 subtasks failed').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('the pipeline shows the way from source to row, and whether it adds up', async () => {
    const { page, faults, close } = await look(`${ledger.api}/?view=pipeline`);
    const way = page.getByRole('list', { name: 'From source to row' });
    await way.waitFor();
    expect(await way.innerText()).toMatch(/Sources[^]*Raw log[^]*Events[^]*Rows[^]*Fresh/);
    await page.getByRole('region', { name: 'Balances', exact: true }).getByText('adds up').first().waitFor();
    await page.getByRole('row', { name: /^default / }).waitFor();
    expect(await page.getByRole('region', { name: 'Partitions', exact: true }).getByRole('row').count()).toBe(3);
    expect(faults).toEqual([]);
    await close();
  });

  it('usage is a chart by day and a table by template, to export', async () => {
    const { page, faults, close } = await look(`${ledger.api}/?view=usage`);
    const table = page.getByRole('region', { name: 'By template' });
    await table.getByRole('row', { name: /^Transcode 10 / }).waitFor();
    expect(await page.locator('.day-chart li').count()).toBe(8);
    await page.getByRole('link', { name: 'Subtasks' }).click();
    expect(new URL(page.url()).searchParams.get('measure')).toBe('subtasks');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('usage.csv');
    expect(readFileSync(await download.path(), 'utf8')).toMatch(
      /^day,template,output minutes,[^]*\d{4}-\d\d-\d\d,Transcode 10,/,
    );
    await table.getByRole('link', { name: 'Transcode 10', exact: true }).click();
    await page.getByText('subtasks by Transcode 10').waitFor();
    expect(new URL(page.url()).searchParams.get('definition')).toBe('10');
    await page.getByRole('link', { name: 'All templates' }).click();
    await page.getByText('subtasks in all').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it.each(['errors', 'pipeline', 'usage'])('%s: no serious finding by axe, as wide as the window', async (view) => {
    for (const [width, scheme] of [
      [1440, 'dark'],
      [390, 'light'],
    ] as const) {
      const { page, faults, close } = await look(`${ledger.api}/?view=${view}`, { width, scheme });
      await page.locator('.error-group, .flow, .day-chart').first().waitFor();
      expect([await seriousFindings(page), await isTooWide(page), faults]).toEqual([[], false, []]);
      expect(await page.locator('main b').count()).toBe(0);
      await close();
    }
  });
});
