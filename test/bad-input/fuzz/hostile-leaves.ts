import type { Random } from '../../../apps/simulator/random';

/** JSON tokens that are known to cause problems, as written. All of them are valid JSON. */
const LEAVES: readonly string[] = [
  ...['null', 'true', 'false', '0', '-0', '-1', '1e400', '-1e400', '1e-400', '0.1', '1E+2', '2147483648', '4294967296'],
  ...['9007199254740993', '-9007199254740993', '12345678901234567890', '1.7976931348623157e309', '70000', '30010'],
  ...['{}', '[]', '[[]]', '[{}]', '{"":""}', '{"__proto__":{"Status":"FAIL"}}', '{"Status":"FAIL"}', '[null,1,"a",{}]'],
  ...['""', '" "', '"0"', '"null"', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"a\\u0000b"', '"\\ud83d\\ude00"'],
  ...[
    '"\\u202e\\u05e9\\u05dc\\u05d5\\u05dd"',
    '"\\ufeff"',
    '"\\uffff"',
    '"\\u2028"',
    '"\\u001b[2J"',
    '"\\\\"',
    '"\\""',
  ],
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"length"', '"..\\/..\\/etc"', '"%00%2f%s"'],
  ...[
    '"FINISH"',
    '"PROCESSING"',
    '"WAITING"',
    '"SUCCESS"',
    '"FAIL"',
    '"finish"',
    '"Finish "',
    '"DONE"',
    '"WorkflowTask"',
  ],
  ...['"EditMediaTask"', '"ScheduleTask"', '"LiveScheduleTask"', '"BatchTask"', '"0000-00-00T00:00:00Z"'],
  ...['"2026-11-25T10:00:00Z"', '"9999-99-99T99:99:99Z"', '"+275760-09-13T00:00:00Z"', '"2026-11-25"', '"Transcode"'],
];

/** What looks like JSON to something that is not strict. */
const BROKEN: readonly string[] = [
  ...[
    'NaN',
    'Infinity',
    'undefined',
    "'a'",
    '01',
    '+1',
    '1.',
    '.5',
    '0x10',
    '"\n"',
    '"\\x41"',
    '"\\u12"',
    '[1,]',
    '{,}',
  ],
  ...['{"a" 1}', '"', '/**/', '', '{"a":}', '[', '}', '\u0000', '1 2', 'nul', 'True', '1_000'],
];

export const NAMES: readonly string[] = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'then', 'toJSON', 'length', ''],
  ...['TaskId', 'Status', 'EventType', 'NotificationType', 'TaskType', 'Response', 'WorkflowTaskEvent', 'ErrCode'],
  ...[
    'ScheduleTaskEvent',
    'EditMediaTaskEvent',
    'MediaProcessResultSet',
    'ActivityResultSet',
    'ActivityResItem',
    'Type',
  ],
  ...[
    'AiAnalysisResultSet',
    'SmartSubtitlesTaskResult',
    'AiQualityControlTaskResult',
    'TranscodeTask',
    'Input',
    'Output',
  ],
  ...['Definition', 'SessionId', 'SessionContext', 'Timestamp', 'Sign', 'Message', 'Progress', 'MetaData', 'InputInfo'],
  ...[
    'BeginProcessTime',
    'FinishTime',
    'NewTask',
    'NewTaskResult',
    '\u0000',
    '\ud800',
    '\u202e',
    'a b',
    '名字',
    'taskid',
  ],
];

/** A leaf; one in 200 is no JSON. */
export function hostileLeaf(random: Random): string {
  if (random.chance(0.005)) return random.pick(BROKEN);
  if (random.chance(0.01)) return deepNesting(random);
  if (random.chance(0.02))
    return JSON.stringify(random.pick(['x', '\u4efb', '\u0000', '/', '"']).repeat(random.below(3000)));
  return random.pick(LEAVES);
}

function deepNesting(random: Random): string {
  const depth = random.pick([3, 30, 60, 62, 63, 64, 65, 66, 100, 1000]);
  return random.chance(0.5) ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + '0' + '}'.repeat(depth);
}
