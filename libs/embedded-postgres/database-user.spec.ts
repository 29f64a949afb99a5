import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedFolder } from './database-user';

const SOMEBODY = { uid: 54_321, gid: 54_321 };
let open: string;

beforeEach(() => {
  open = realpathSync(mkdtempSync(join(tmpdir(), 'user-')));
  chmodSync(open, 0o711);
  mkdirSync(join(open, 'inner', 'data'), { recursive: true, mode: 0o755 });
});
afterEach(() => rmSync(open, { recursive: true }));

describe('the first closed folder on a way', () => {
  it('is none where all may pass, reading or not', () => {
    expect(closedFolder(join(open, 'inner', 'data'), SOMEBODY)).toBeNull();
  });

  it('is the outermost one that others may not enter', () => {
    chmodSync(join(open, 'inner', 'data'), 0o700);
    expect(closedFolder(join(open, 'inner', 'data'), SOMEBODY)).toBe(join(open, 'inner', 'data'));
    chmodSync(join(open, 'inner'), 0o750);
    expect(closedFolder(join(open, 'inner', 'data'), SOMEBODY)).toBe(join(open, 'inner'));
  });

  it('goes by the mode for the owner and for the group where these are meant', () => {
    const mine = { uid: process.getuid?.() ?? 0, gid: 54_321 };
    const ours = { uid: 54_321, gid: process.getgid?.() ?? 0 };
    chmodSync(join(open, 'inner'), 0o710);
    expect(closedFolder(join(open, 'inner'), mine)).toBeNull();
    expect(closedFolder(join(open, 'inner'), ours)).toBeNull();
    chmodSync(join(open, 'inner'), 0o701);
    expect(closedFolder(join(open, 'inner'), ours)).toBe(join(open, 'inner'));
  });

  it('does not matter to who runs the database as themselves', () => {
    chmodSync(join(open, 'inner'), 0o700);
    expect(closedFolder(join(open, 'inner', 'data'), null)).toBeNull();
  });
});
