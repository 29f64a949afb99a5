import { parseArgs } from 'node:util';
import { describeFailure, printableLines, UsageError, withoutCredentials } from '@mps-ledger/platform';
import { apiKeyOf } from '../../apps/simulator/simulator.config';
import { replayCorpus } from './corpus/replay-corpus';
import { runFuzz } from './fuzz/run-fuzz';

const OPTIONS = {
  corpus: { type: 'boolean', default: false },
  case: { type: 'string', multiple: true },
  fuzz: { type: 'string' },
  seed: { type: 'string', default: '1' },
  from: { type: 'string', default: '1' },
  connections: { type: 'string', default: '16' },
  journal: { type: 'string' },
  to: { type: 'string', default: 'http://127.0.0.1:8081/notify/mps' },
  api: { type: 'string', default: 'http://127.0.0.1:8080' },
  sign: { type: 'string' },
  'api-key': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const USAGE = `npm run bad-input -- --corpus [--case NAME]… [--to URL] [--api URL] [--sign KEY]
  plays the corpus of bad input against a running system, and sees that each case is answered as it must be
npm run bad-input -- --fuzz N [--seed S] [--from I] [--connections C] [--journal FILE] [--to URL] [--api URL] [--sign KEY]
  sends N mutated samples and generated bodies, beginning with number I, and judges each answer

  --to URL         callback URL that is sent to (${OPTIONS.to.default})
  --api URL        the API that is asked what became of it (${OPTIONS.api.default})
  --sign KEY       the source has this NotifyKey; default: it has none
  --api-key KEY    key of the API; default: the first of API_KEYS, if any
  --case NAME      only this case; may be given more than once
  --seed S         the same seed gives the same bodies (${OPTIONS.seed.default})
  --journal FILE   append a JSON line per send: seq, task_id, sha256, status, receipt

Ends with 0 if all is as it must be, 1 if it could not be told, 2 for wrong usage, 3 if an answer was another one.
`;

/** Sends what the command line asks for, writes the results to standard output; answers the exit code. */
async function sendBadInput(words: readonly string[]): Promise<number> {
  const given = parsed(words);
  const { to, api, sign } = given;
  const apiKey = given['api-key'] ?? apiKeyOf(process.env);
  const target = { to, api, ...(apiKey !== null && apiKey !== '' && { apiKey }) };
  const out = (line: string): void => void process.stdout.write(`${printableLines(line)}\n`);
  if (given.help) out(USAGE.trimEnd());
  if (given.help) return 0;
  if (given.corpus) {
    const { different } = await replayCorpus({
      ...target,
      names: given.case ?? [],
      ...(sign !== undefined && { sign }),
      out,
    });
    return different > 0 ? 3 : 0;
  }
  const { failures } = await runFuzz({
    ...{ ...target, seed: given.seed, withKeys: sign !== undefined, out },
    count: integer('fuzz', given.fuzz ?? '', 1_000_000_000),
    first: integer('from', given.from, 1_000_000_000),
    connections: integer('connections', given.connections, 1000),
    ...(given.journal !== undefined && { journal: given.journal }),
  });
  return failures.length > 0 ? 3 : 0;
}

function parsed(words: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...words], options: OPTIONS });
    for (const name of ['to', 'api'] as const)
      if (!/^https?:$/.test(URL.canParse(values[name]) ? new URL(values[name]).protocol : ''))
        throw new Error(
          `--${name} is ${JSON.stringify(withoutCredentials(values[name]))}; it must be an http:// or https:// URL`,
        );
    if (values.corpus && values.fuzz !== undefined) throw new Error('--corpus and --fuzz are two things: give one');
    if (!values.help && !values.corpus && values.fuzz === undefined) throw new Error('give --corpus or --fuzz N');
    return values;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${withoutCredentials(reason)}\n\n${USAGE}`);
  }
}

function integer(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError(`--${name} is ${JSON.stringify(text)}; it must be an integer from 1 to ${most}`);
}

// The reader of our output may go away first; that is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

sendBadInput(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const { text, exitCode } = describeFailure(error, { failed: 'Bad input could not be sent', forPeople: [Error] });
    process.stderr.write(text);
    process.exitCode = exitCode;
  },
);
