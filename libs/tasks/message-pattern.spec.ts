import * as fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { messagePattern } from './message-pattern';

it.each([
  ['download timed out after 30 s', 'download timed out after <n> s'],
  ['job 251007502-WorkflowTask-7bebt88d01 failed', 'job <id> failed'],
  ['GET https://bucket-1.cos.ap-guangzhou.myqcloud.com/a/b.mp4?sign=x failed', 'GET <url> failed'],
  ['cannot open /videos/2026/holiday.mov', 'cannot open <path>'],
  ['cannot open videos/of/mine/holiday.mov', 'cannot open <path>'],
  ['cannot open holiday.mov: no such file', 'cannot open <name>: no such file'],
  ['size 1920x1080, at 10:33:05.120', 'size <id>, at <n>'],
  ['offsets 1, 2, 3 and 4', 'offsets <n> and <n>'],
  ['offsets 1, 2 and 4', 'offsets <n> and <n>'],
  ['error:404 code=12', 'error:<n> code=<n>'],
  ['InvalidInput.DefinitionNotExist', 'InvalidInput.DefinitionNotExist'],
  ['input/output error', 'input/output error'],
  ['下载失败 7 秒 ٣', '下载失败 <n> 秒 <n>'],
  [' two\n\tlines ', 'two lines'],
  ['', ''],
])('%j has the pattern %j', (message, pattern) => {
  expect(messagePattern(message)).toBe(pattern);
});

it('is bounded, and has no digit, whatever the message', () => {
  checkProperty(
    fc.property(fc.oneof(fc.string({ maxLength: 3_000 }), fc.string({ unit: 'binary', maxLength: 500 })), (message) => {
      const pattern = messagePattern(message);
      expect(Array.from(pattern).length).toBeLessThanOrEqual(160);
      expect(pattern).not.toMatch(/\p{Nd}/u);
    }),
  );
});

it('is that of the first 1,000 characters, whatever follows', () => {
  const start = '7'.repeat(990);
  expect(messagePattern(`${start} seen here and not there`)).toBe('<n> seen here');
  expect(messagePattern(`${start}${'7'.repeat(10)} unseen`)).toBe('<n>');
});
