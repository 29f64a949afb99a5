import { PassThrough } from 'node:stream';
import { eventually } from '@mps-ledger/spec-kit';
import { askForReason } from './ask-for-reason';

/** Answers each question once it is asked; null: the input ends. */
async function ask(answers: readonly (string | null)[], given: string | null = null) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const asked = askForReason({ input, output }, 'Revoke partner?', given, new AbortController().signal);
  for (const [number, answer] of answers.entries()) {
    await eventually(() => shown.split(/Reason: |\[y\/N\] /).length === number + 2);
    if (answer === null) input.end();
    else input.write(`${answer}\n`);
  }
  const reason = await asked;
  return { reason, questions: shown.match(/Reason: |Revoke partner\?/g) ?? [] };
}

describe('the question before something is changed', () => {
  it.each(['y', 'Y', 'yes', ' yes '])('takes the reason, and %j for a confirmation', async (answer) => {
    expect(await ask(['  contract ended ', answer])).toEqual({
      reason: 'contract ended',
      questions: ['Reason: ', 'Revoke partner?'],
    });
  });

  it('does not ask for a reason that was given', async () => {
    expect(await ask(['y'], 'left')).toEqual({ reason: 'left', questions: ['Revoke partner?'] });
  });

  it.each([
    ['no confirmation', ['left', '']],
    ['any other word', ['left', 'n']],
    ['the end of the input, when it asks for confirmation', ['left', null]],
    ['the end of the input, when it asks for the reason', [null]],
    ['no reason', [' ']],
  ])('is refused by %s', async (_, answers) => {
    const { reason, questions } = await ask(answers);
    expect([reason, questions.length]).toEqual([null, answers.length]);
  });

  it('rejects when the program is stopped', async () => {
    const stopping = new AbortController();
    const terminal = { input: new PassThrough(), output: new PassThrough() };
    const asked = askForReason(terminal, 'Revoke partner?', null, stopping.signal);
    stopping.abort();
    await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
  });
});
