import { csvOf, dayValues, measureNamed, numberWords, templateWords, type UsageItem } from './usage-rows';

const item = (members: Partial<UsageItem>): UsageItem => ({
  ...{
    tasks: 1,
    failed_tasks: 0,
    subtasks: 2,
    failed_subtasks: 0,
    output_seconds: 60,
    output_minutes: 1,
    output_bytes: 5e9,
  },
  ...members,
});

describe('usage', () => {
  it('has each day of the period, also those of which nothing is said', () => {
    const now = Date.parse('2026-11-30T12:00:00.000Z');
    const days = dayValues([item({ day: '2026-11-29' })], 'gigabytes', '2026-11-28T13:00:00.000Z', now);
    expect(days).toEqual([
      ['2026-11-28', 0],
      ['2026-11-29', 5],
      ['2026-11-30', 0],
    ]);
  });

  it('names templates, and measures minutes where nothing that there is is asked for', () => {
    expect(templateWords(item({ subtask_kind: 'Transcode', definition: '10' }))).toBe('Transcode 10');
    expect(templateWords(item({ subtask_kind: null, definition: null }))).toBe('The tasks themselves');
    expect([measureNamed('x'), measureNamed(null), measureNamed('toString'), measureNamed('tasks')]).toEqual([
      ...['minutes', 'minutes', 'minutes', 'tasks'],
    ]);
  });

  it('shows numbers as people read them', () => {
    expect([0, 1234.5678, 12.345, 0.5].map(numberWords)).toEqual(['0', '1,235', '12.35', '0.5']);
  });

  it('is exported without formulas', () => {
    expect(
      csvOf([
        ['a"b', '=1+1', -2],
        ['x,y', '@z', 3.5],
      ]),
    ).toBe(`"a""b",'=1+1,-2\r\n"x,y",'@z,3.5\r\n`);
  });
});
