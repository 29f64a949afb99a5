import { makeLogger, runTool } from '@mps-ledger/platform';
import { readArguments, USAGE } from './arguments';
import { examineDeployment } from './examine';
import { resultJson } from './report/json';
import { checkText, summaryText } from './report/text';

const EXIT = { ok: 0, finding: 1 } as const;
/** What still holds the process after everything was closed is cut off after this time, in ms. */
const MOST_LINGERING_MS = 3_000;

/** Answers the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  const checks = await examineDeployment({
    ...{ env: process.env, logger: makeLogger({ app: 'doctor', level: 'warn' }), signal },
    onChecked(check) {
      if (!args.json) process.stdout.write(checkText(check, colour));
    },
  });
  const end = args.json ? `${JSON.stringify(resultJson(checks), null, 2)}\n` : summaryText(checks);
  process.stdout.write(end, () => setTimeout(() => process.exit(), MOST_LINGERING_MS).unref());
  return checks.some(({ status }) => status === 'finding') ? EXIT.finding : EXIT.ok;
}

runTool({
  work,
  interrupted: 'The doctor was stopped before its end.',
  failed: 'The deployment could not be checked',
  forPeople: [],
});
