/**
 * Loaded before a program (`node --require`): shifts its clock by the milliseconds in the file `CLOCK_OFFSET_FILE`, which is read ten
 * times a second. Timers and performance.now() are not changed, as when a machine's clock is set.
 */
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_OFFSET_FILE'];
const RealDate = Date;
let offset = 0;

class ShiftedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [RealDate.now() + offset] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

function look(path: string): void {
  try {
    offset = Number(readFileSync(path, 'utf8'));
  } catch {
    // Nobody has set it yet.
  }
}

if (file !== undefined) {
  look(file);
  setInterval(() => look(file), 100).unref();
  globalThis.Date = ShiftedDate as DateConstructor;
}
