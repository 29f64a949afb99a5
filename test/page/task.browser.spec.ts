import { eventually } from '@mps-ledger/spec-kit';
import { closeBrowser, describeInBrowser, isTooWide, look, seriousFindings } from './browser';
import { sendTask, startLedger, transcode as subtask, untilVisible, type PageLedger } from './ledger';

jest.setTimeout(180_000);

const HOSTILE = '<b onclick=alert(1)>\u202eمهمة</b><script>alert(2)</script>';

describeInBrowser('the view of one task', () => {
  let ledger: PageLedger;
  beforeAll(async () => {
    ledger = await startLedger();
    const MediaProcessResultSet = [subtask(10, { Status: 'PROCESSING', Message: '' })];
    await sendTask(ledger, { TaskId: 'walked', Status: 'PROCESSING', MediaProcessResultSet });
    await sendTask(ledger, { TaskId: 'walked' });
    await sendTask(ledger, { TaskId: 'walked', Status: 'PROCESSING', MediaProcessResultSet });
    await untilVersion('walked', 3);
  });
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  const taskUrl = (taskId: string, more = ''): string =>
    `${ledger.api}/?view=task&account=default&task=${encodeURIComponent(taskId)}${more}`;

  async function untilVersion(taskId: string, version: number): Promise<void> {
    await untilVisible(ledger, taskId);
    const reached = async () => {
      const answer = await fetch(`${ledger.api}/v1/tasks/${encodeURIComponent(taskId)}`);
      return ((await answer.json()) as { version: number }).version >= version;
    };
    await eventually(reached, { timeoutMs: 30_000, what: `version ${version} of ${taskId}` });
  }

  it('says what happened and why, what was heard, and how it can be believed', async () => {
    const { page, faults, close } = await look(taskUrl('walked'), { height: 2000 });
    await page.getByText('1 of 4 subtasks failed: AnimatedGraphics 20000, code 30010.').waitFor();
    const [first] = await page.locator('.subtask').allInnerTexts();
    expect(first).toMatch(/Failed[^]*AnimatedGraphics 20000[^]*code 30010/);
    await page.getByText('/dasda/dianping2_transcode_10.mp4').first().waitFor();
    const events = await page.locator('.entry').allInnerTexts();
    expect(
      events.filter((text) => text.startsWith('Notification') || text.includes('Notification received')),
    ).toHaveLength(3);
    expect(events.join('\n')).toMatch(/late/);
    expect(events.join('\n')).toMatch(/unsigned/);
    expect(await seriousFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('shows the received bytes beside the event, and why a value is what it is', async () => {
    const { page, faults, close } = await look(taskUrl('walked'));
    await page.getByRole('link', { name: 'Subtask failed' }).click();
    const panel = page.getByRole('complementary', { name: 'Event' });
    await panel.getByText('The notification, as it was received').waitFor();
    expect(await panel.innerText()).toMatch(/"ce_type"|"type": "mps\.subtask\.failed"/);
    expect(await panel.innerText()).toMatch(/"EventType":\s*"WorkflowTask"/);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Why this status?' }).click();
    const why = page.getByRole('complementary', { name: 'Why this status?' });
    await why.getByText('because it says a lower status').first().waitFor();
    expect(await why.innerText()).toMatch(/Task finished/);
    await page.goBack();
    await why.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });

  it('walks through the versions, compares two of them, and is a link to each', async () => {
    const { page, close } = await look(taskUrl('walked'));
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    await page.getByText('in progress: 0 of 1 subtask ended so far.').waitFor();
    expect(new URL(page.url()).searchParams.get('version')).toBe('1');
    await page.reload();
    await page.getByText('in progress: 0 of 1 subtask ended so far.').waitFor();
    await page.getByLabel('Compare with version').fill('2');
    await page.keyboard.press('Enter');
    const status = page.locator('.diff tr', { hasText: /^status/ });
    await status.waitFor();
    expect((await status.innerText()).split(/\s+/)).toEqual(['status', 'processing', 'finished']);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Show the newest' }).click();
    await page.getByText('1 of 4 subtasks failed').waitFor();
    await close();
  });

  it('is kept up with what is heard of the task', async () => {
    await sendTask(ledger, { TaskId: 'watched', Status: 'PROCESSING', MediaProcessResultSet: [] });
    await untilVisible(ledger, 'watched');
    const { page, close } = await look(taskUrl('watched'));
    await page.getByText('in progress.').waitFor();
    await page.locator('.age-live').waitFor();
    await sendTask(ledger, { TaskId: 'watched' });
    await page.getByText('1 of 4 subtasks failed').waitFor();
    await page.getByText('of 2', { exact: true }).waitFor();
    expect(await page.getByRole('spinbutton', { name: 'Version', exact: true }).inputValue()).toBe('2');
    await close();
  });

  it('holds 5,000 subtasks, of which few are in the document', async () => {
    const MediaProcessResultSet = Array.from({ length: 5000 }, (_, n) =>
      subtask(n + 1, { Status: n === 4000 ? 'FAIL' : 'SUCCESS', ErrCode: n === 4000 ? 30010 : 0 }),
    );
    await sendTask(ledger, { TaskId: 'huge', MediaProcessResultSet });
    await untilVersion('huge', 1);
    for (const width of [1440, 390]) {
      const { page, faults, close } = await look(taskUrl('huge'), { width });
      await page.getByText('1 of 5000 subtasks failed: Transcode 4001, code 30010.').waitFor();
      expect(await page.locator('.subtask').first().innerText()).toMatch(/Failed[^]*Transcode 4001/);
      const shown = await page.locator('.subtask, .entry').count();
      expect([shown > 5, shown < 200]).toEqual([true, true]);
      await page.evaluate('scrollTo(0, 60_000)');
      await page.locator('.subtask', { hasText: 'Succeeded' }).first().waitFor();
      expect([await isTooWide(page), faults]).toEqual([false, []]);
      await close();
    }
  });

  it('shows hostile texts as texts in every place', async () => {
    const TaskId = `${HOSTILE}${'y'.repeat(900)}`;
    const failed = {
      Status: 'FAIL',
      ErrCode: 1,
      ErrCodeExt: HOSTILE,
      Message: HOSTILE,
      Input: { Definition: 7, X: HOSTILE },
    };
    const MediaProcessResultSet = [subtask(7, failed), subtask(8, { Output: { Path: HOSTILE } })];
    await sendTask(ledger, {
      TaskId,
      SessionId: HOSTILE,
      SessionContext: HOSTILE,
      Message: HOSTILE,
      MediaProcessResultSet,
    });
    await untilVisible(ledger, TaskId);
    for (const width of [1440, 390]) {
      const { page, faults, close } = await look(taskUrl(TaskId), { width });
      await page.locator('.subtask').first().waitFor();
      await page.getByRole('link', { name: 'Subtask failed' }).click();
      await page.getByText('The notification, as it was received').waitFor();
      expect(await page.locator('main b, main script').count()).toBe(0);
      expect([width, await isTooWide(page), faults]).toEqual([width, false, []]);
      await close();
    }
  });

  it('says so of a task that is not there', async () => {
    const { page, close } = await look(taskUrl('none'));
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/task-not-found/);
    await close();
  });

  it.each([1440, 1024, 390])('has no serious finding by axe, dark, at %d px', async (width) => {
    const { page, close } = await look(taskUrl('walked', '&version=1&compare=2&why=status'), { width, scheme: 'dark' });
    await page.getByRole('complementary').waitFor();
    await page.locator('.diff').waitFor();
    expect([await seriousFindings(page), await isTooWide(page)]).toEqual([[], false]);
    await close();
  });
});
