import { readArguments } from './arguments';

describe('arguments', () => {
  it('have defaults', () => {
    expect(readArguments([])).toEqual({ journals: [], truths: [], json: false, waitSeconds: 60, help: false });
  });

  it('may name several files of a kind', () => {
    const words = ['--journal', 'a', '--truth=t', '--journal', 'b', '--json', '--wait', '0.5'];
    expect(readArguments(words)).toMatchObject({ journals: ['a', 'b'], truths: ['t'], json: true, waitSeconds: 0.5 });
  });

  it.each([
    [['--jurnal', 'x'], /--jurnal[\s\S]*npm run verify --/],
    [['file'], /'file'/],
    [['--journal'], /journal/],
    [['--json=yes'], /json/],
    [['--wait', 'soon'], /--wait "soon" is no number of seconds from 0 to 86400/],
    [['--wait=-1'], /--wait "-1" is no number/],
    [['--wait=1e3'], /is no number/],
    [['--wait=99999'], /is no number/],
    [['--wait='], /is no number/],
    [['postgres://me:hunter2@host/x'], /npm run verify --/],
  ])('are refused with what would be right: %j', (words, says) => {
    expect(() => readArguments(words)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(says) }),
    );
    expect(() => readArguments(words)).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(/hunter2/) }),
    );
  });
});
