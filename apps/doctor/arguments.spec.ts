import { readArguments } from './arguments';

describe('arguments', () => {
  it('have defaults', () => {
    expect(readArguments([])).toEqual({ json: false, help: false });
    expect(readArguments(['--json'])).toEqual({ json: true, help: false });
  });

  it.each([
    [['--jsno'], /--jsno[\s\S]*npm run doctor --/],
    [['postgres://me:hunter2@host/x'], /npm run doctor --/],
  ])('are refused with what would be right, without credentials: %j', (words, says) => {
    expect(() => readArguments(words)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(says) }),
    );
    expect(() => readArguments(words)).not.toThrow(/hunter2/);
  });
});
