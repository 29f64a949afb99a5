export { compareBuilds, type BuildComparison, type CompareBuildsOptions } from './builds/compare-builds';
export { NotComparable, type ComparedLog } from './builds/compared-log';
export type { DifferingTask, DifferingPlace, EventBehind, ValueDifference } from './builds/differences';
