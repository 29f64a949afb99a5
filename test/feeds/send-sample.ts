import { readFileSync } from 'node:fs';
import { eventually } from '@mps-ledger/spec-kit';

const SAMPLE = readFileSync('test/fixtures/mps/seed-000-workflowtask-cmq-event.json', 'utf8');
const SAMPLE_ID = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';

/** Sends the sample as the notification of another task until it is acknowledged. `change`: what else is other in it. */
export async function sendSample(callbacks: string, id: string, change = (body: string) => body): Promise<void> {
  const body = change(SAMPLE.replace(SAMPLE_ID, id));
  expect(body).not.toBe(SAMPLE);
  await eventually(async () => (await fetch(callbacks, { method: 'POST', body })).ok, { timeoutMs: 60_000 });
}
