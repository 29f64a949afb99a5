import { closeBrowser, describeInBrowser, look, seriousFindings } from './browser';
import { sendLongHistory, startLedger, type PageLedger } from './ledger';
import { scrollToEnd } from './scrolling';

jest.setTimeout(400_000);

const SUBTASKS = 5000;
/** Each says of each subtask that it has begun, and how far it is. */
const NOTIFICATIONS = 4;
const EVENTS = 2 * SUBTASKS * NOTIFICATIONS;
const TASK = 'long-history';

describeInBrowser('a timeline of 40,000 events', () => {
  let ledger: PageLedger;
  let url: string;
  beforeAll(async () => {
    ledger = await startLedger();
    await sendLongHistory(ledger, { taskId: TASK, subtasks: SUBTASKS, notifications: NOTIFICATIONS });
    url = `${ledger.api}/?view=task&account=default&task=${TASK}`;
  });
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  /** The position of the event that ends a notification; pages with a filter may have none. */
  async function positionOfNotification(number: number): Promise<string> {
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null && found.length < number;) {
      const next = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await fetch(`${ledger.api}/v1/tasks/${TASK}/history?type=mps.notification.received${next}`);
      const page = (await answer.json()) as { items: { position: string }[]; next_cursor: string | null };
      found.push(...page.items.map(({ position }) => position));
      cursor = page.next_cursor;
    }
    return found[number - 1] ?? 'none';
  }

  it('is scrolled from its beginning to its end: no frame shows a gap, and few rows are in the document', async () => {
    const { page, faults, close } = await look(url);
    await page.locator('.timeline .virtual').waitFor({ state: 'attached' });
    const { gaps, absent, mostRows, events } = await scrollToEnd(page, 3000);
    expect(events).toBeGreaterThanOrEqual(EVENTS);
    expect([gaps, absent, mostRows < 150]).toEqual([0, 0, true]);
    expect(await page.locator('.entry').last().innerText()).toMatch(new RegExp(`v${NOTIFICATIONS}`));
    // What was dropped from memory is read again where it is looked at.
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('.entry-absent').first().waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Subtask started', exact: true }).first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('is opened at an event that is far down, by its link', async () => {
    // The end of the second notification is behind 20,000 events.
    const { page, close } = await look(`${url}&event=${await positionOfNotification(2)}`);
    const panel = page.getByRole('complementary', { name: 'Event' });
    await panel.getByText(/^Looking for it: [\d,]+ events read…$/).waitFor();
    await panel.getByText('The notification, as it was received').waitFor({ timeout: 180_000 });
    const open = page.locator('.timeline [aria-current="true"]');
    await open.waitFor();
    const shown = await open.boundingBox();
    expect([(shown?.y ?? 0) > 48, (shown?.y ?? 900) < 900]).toEqual([true, true]);
    const entry = page.locator('.entry:has([aria-current="true"])');
    expect(await entry.innerText()).toMatch(/Notification received[^]*v2/);
    expect(await seriousFindings(page)).toEqual([]);
    await close();
  });

  it('is narrowed by type, trust and annotation, also where few events fit', async () => {
    const { page, close } = await look(url);
    await page.getByLabel('Type of events').selectOption({ label: 'Notification received' });
    expect(new URL(page.url()).searchParams.get('event-type')).toBe('mps.notification.received');
    await page.getByRole('heading', { name: `Timeline ${NOTIFICATIONS}`, exact: true }).waitFor();
    expect(await page.locator('.entry').count()).toBe(NOTIFICATIONS);
    await page.reload();
    await page.getByRole('heading', { name: `Timeline ${NOTIFICATIONS}`, exact: true }).waitFor();
    await page.getByLabel('Annotation of events').selectOption('parked');
    await page.getByText('No event fits.').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByRole('link', { name: 'Subtask progressed' }).first().waitFor({ state: 'attached' });
    await close();
  });
});
