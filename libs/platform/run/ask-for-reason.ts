import { createInterface, type Interface } from 'node:readline/promises';

/** A terminal to ask at. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks for a reason, unless there is one, and for confirmation, by a question; null where that is refused: also by an end of the input (Ctrl-D) and by Ctrl-C.
 * Rejects where the signal is aborted.
 */
export async function askForReason(
  { input, output }: Terminal,
  question: string,
  given: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const lines = createInterface({ input, output });
  // A question that is open then stays without an answer for ever.
  const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
  const ask = (question: string): Promise<string | null> => Promise.race([answered(lines, question, signal), closed]);
  try {
    const reason = given ?? (await ask('Reason: '))?.trim() ?? '';
    if (reason === '') return null;
    const answer = await ask(`${question} [y/N] `);
    return answer !== null && /^y(es)?$/i.test(answer.trim()) ? reason : null;
  } finally {
    lines.close();
  }
}

async function answered(lines: Interface, question: string, signal: AbortSignal): Promise<string | null> {
  try {
    return await lines.question(question, { signal });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ERR_USE_AFTER_CLOSE') return null;
    throw error;
  }
}
