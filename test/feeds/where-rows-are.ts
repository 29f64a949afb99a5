import { eventually } from '@mps-ledger/spec-kit';

/** Where the rows are, and their age in milliseconds. */
export async function whereRowsAre(api: string): Promise<{ readonly position: string; readonly lagMs: number }> {
  const answer = await fetch(`${api}/v1/changes?after=now`);
  const { position } = (await answer.json()) as { position: string };
  return { position, lagMs: Number(answer.headers.get('ledger-lag-ms') ?? 'none') };
}

/** Where the rows are once they hold all that was acknowledged by now. */
export async function whenApplied(api: string): Promise<string> {
  const asked = performance.now();
  return eventually(
    async () => {
      const { position, lagMs } = await whereRowsAre(api);
      return lagMs < performance.now() - asked ? position : null;
    },
    { what: 'the rows to hold what was sent', timeoutMs: 120_000 },
  );
}
