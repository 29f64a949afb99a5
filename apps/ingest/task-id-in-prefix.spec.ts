import { taskIdInPrefix } from './task-id-in-prefix';

const find = (text: string) => taskIdInPrefix(Buffer.from(text));

describe('the task id in the beginning of a body', () => {
  it.each([
    ['{"TaskId":"a"', 'a'],
    ['{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"a-1","Status"', 'a-1'],
    ['{"Response":{"WorkflowTaskEvent":{"Status":"FINISH","TaskId" :\n "a"', 'a'],
    ['{"SessionContext":"\\"TaskId\\":\\"b\\"","WorkflowTaskEvent":{"TaskId":"a"', 'a'],
    ['{"SessionContext":"TaskId","x":{"TaskId":"a"', 'a'],
    ['{"TaskId":7,"x":{"TaskId":"a"', 'a'],
    ['{"x":[1,2,{"y":1}],"TaskId":"\\u0061\\/\\\\"', 'a/\\'],
    ['{"x":{"y":{"z":{"TaskId":"deep"}}},"TaskId":"a"', 'a'],
  ])('of %s is %j', (text, expected) => {
    expect(find(text)).toBe(expected);
  });

  it.each([
    '',
    '{',
    'nonsense "TaskId" nonsense',
    '{"TaskId":"cut off',
    '{"TaskId":"bad escape \\x"',
    '{"TaskId":null}',
    '{"x":{"y":{"z":{"TaskId":"deep"',
    '"TaskId"',
    '{"x":"TaskId"}',
  ])('is not found in %j', (text) => {
    expect(find(text)).toBeNull();
  });

  it('costs no recursion and little time, whatever it looks like', () => {
    expect(find('['.repeat(65_536))).toBeNull();
    expect(find('"'.repeat(65_536))).toBeNull();
    expect(find('{"TaskId":'.repeat(6000))).toBeNull();
    expect(taskIdInPrefix(Buffer.alloc(65_536, 0xff))).toBeNull();
  });
});
