import { announcedRejections, fixtures, inBrief, runChecker, type Rejection } from './rejections';

const folder = fixtures('compiler');
const COMPLAINT = /^(?<file>[^\s(]+)\((?<line>\d+),\d+\): error (?<rule>TS\d+): (?<message>.*)$/;

function compile(): Rejection[] {
  return runChecker('typescript/bin/tsc', ['-p', 'tsconfig.json', '--pretty', 'false'], folder)
    .split('\n')
    .flatMap((text) => {
      const complaint = COMPLAINT.exec(text)?.groups;
      if (complaint === undefined) return [];
      const { file, line, rule, message } = complaint as Record<keyof Rejection, string>;
      return [{ file, line: Number(line), rule, message }];
    });
}

describe('the compiler', () => {
  it('knows nothing of Node in the core, and demands strictness, as each marked line of the fixtures shows', () => {
    const announced = announcedRejections(folder);
    expect(announced.length).toBeGreaterThan(0);
    expect(inBrief(compile())).toEqual(inBrief(announced));
  });
});
