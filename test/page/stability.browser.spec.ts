import type { Page } from 'playwright-core';
import { closeBrowser, describeInBrowser, isTooWide, layoutShifts, look, seriousFindings } from './browser';
import { sendTask, simulateTasks, startLedger, untilVisible, type PageLedger } from './ledger';

jest.setTimeout(300_000);

const SIZES = [
  [1440, 'light'],
  [1440, 'dark'],
  [1024, 'light'],
  [1024, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

const TASK = '?view=task&account=default&task=walked';

/** Each view, and what is there when it is complete. */
const VIEWS = [
  ['tasks', '', '.row'],
  ['one task', TASK, '.timeline'],
  ['a version compared', `${TASK}&version=1&compare=2`, '.diff'],
  ['an event', `${TASK}&why=status`, '.explained'],
  ['errors', '?view=errors', '.error-group'],
  ['pipeline', '?view=pipeline', '.flow'],
  ['usage', '?view=usage', '.day-chart'],
] as const;

interface AccessibleNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[];
}

describeInBrowser('each view', () => {
  let ledger: PageLedger;
  beforeAll(async () => {
    ledger = await startLedger();
    await simulateTasks(ledger, 60);
    for (const Status of ['PROCESSING', 'FINISH'])
      await sendTask(ledger, {
        TaskId: 'walked',
        Status,
        ...(Status === 'PROCESSING' && { MediaProcessResultSet: [] }),
      });
    await untilVisible(ledger, 'walked');
  });
  afterAll(async () => {
    await closeBrowser();
    await ledger.close();
  });

  async function untilComplete(page: Page, what: string): Promise<void> {
    await page.locator(what).first().waitFor();
    await page.locator('.states-reading').waitFor({ state: 'detached' });
    await page.locator('main[aria-busy="true"], [aria-busy="true"]').first().waitFor({ state: 'detached' });
  }

  it.each(VIEWS)(
    '%s: nothing moves by itself, at each width, light and dark, and axe finds nothing serious',
    async (_, query, what) => {
      for (const [width, scheme] of SIZES) {
        const { page, faults, close } = await look(`${ledger.api}/${query}`, { width, scheme });
        await untilComplete(page, what);
        const seen = [
          width,
          scheme,
          await layoutShifts(page),
          await seriousFindings(page),
          await isTooWide(page),
          faults,
        ];
        expect(seen).toEqual([width, scheme, [], [], false, []]);
        await close();
      }
    },
  );

  it.each(VIEWS)(
    '%s: has landmarks, a heading of each level before the next, and a name for all that is used',
    async (_, query, what) => {
      const { page, close } = await look(`${ledger.api}/${query}`);
      await untilComplete(page, what);
      const session = await page.context().newCDPSession(page);
      const { nodes } = (await session.send('Accessibility.getFullAXTree')) as unknown as { nodes: AccessibleNode[] };
      const shown = nodes.filter(({ ignored }) => !ignored);
      const named = (role: string): string[] =>
        shown.flatMap((node) => (node.role?.value === role ? [node.name?.value ?? ''] : []));
      for (const landmark of ['banner', 'main']) expect([landmark, named(landmark).length]).toEqual([landmark, 1]);
      expect(named('navigation')).toContain('Views');
      const levels = shown.flatMap(({ role, properties = [] }) =>
        role?.value === 'heading' ? [Number(properties.find(({ name }) => name === 'level')?.value.value)] : [],
      );
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      levels.reduce((before, level) => {
        expect(level).toBeLessThanOrEqual(before + 1);
        return level;
      }, 0);
      for (const role of [
        'link',
        'button',
        'region',
        'navigation',
        'complementary',
        'combobox',
        'slider',
        'spinbutton',
        'searchbox',
      ])
        expect([role, named(role).filter((name) => name.trim() === '')]).toEqual([role, []]);
      expect(await page.title()).toMatch(/\S · mps-ledger$/);
      await close();
    },
  );

  it('nothing is animated for who wants less motion', async () => {
    for (const motion of ['reduce', 'no-preference'] as const) {
      const { page, close } = await look(`${ledger.api}/${TASK}`, { motion });
      await untilComplete(page, '.timeline');
      const moving = `[...document.querySelectorAll('*')].filter((one) => {
        const { transitionDuration, animationName } = getComputedStyle(one);
        return /[1-9]/.test(transitionDuration) || animationName !== 'none';
      }).length + document.getAnimations().length`;
      expect([motion, await page.evaluate(moving)]).toEqual([motion, 0]);
      await close();
    }
  });

  it('what comes by itself moves nothing: new tasks, a task that goes on, and what is said of the age', async () => {
    const { page, close } = await look(ledger.api);
    await untilComplete(page, '.row');
    await page.locator('.age-live').waitFor();
    for (const Status of ['PROCESSING', 'FINISH']) await sendTask(ledger, { TaskId: `new-${Status}`, Status });
    await page.getByRole('button', { name: '2 new' }).waitFor();
    await page.getByRole('link', { name: /^All 63/ }).waitFor();
    expect(await layoutShifts(page)).toEqual([]);
    await close();
  });
});
