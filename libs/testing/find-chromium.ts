import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of Chromium; undefined if it is not installed. `CHROMIUM` names one that is elsewhere. */
export function findChromium(): string | undefined {
  const { CHROMIUM: given = '', PATH: path = '' } = process.env;
  const files = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return (given === '' ? files : [given]).find((file) => existsSync(file));
}
