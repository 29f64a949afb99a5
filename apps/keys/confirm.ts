import { createInterface } from 'node:readline/promises';

/** A terminal to ask at. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Asks for a reason, unless there is one, and for confirmation; null where that is refused. */
export async function askForReason(
  { input, output }: Terminal,
  name: string,
  given: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const lines = createInterface({ input, output });
  try {
    const reason = given ?? (await lines.question('Reason: ', { signal })).trim();
    if (reason === '') return null;
    const answer = await lines.question(`Revoke ${name}? Its programs are refused from then on. [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim()) ? reason : null;
  } finally {
    lines.close();
  }
}
