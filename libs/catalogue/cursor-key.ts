import { NoLiveBuild, type CatalogueDb } from './read-builds';

/** Takes a secret in, unless there is one: the first build's, so that its cursors stay valid. */
export async function keepCursorKey(db: CatalogueDb, readKey: () => Promise<Buffer>): Promise<void> {
  // A role that may only read is not asked to write what exists.
  if ((await findKey(db)) !== null) return;
  const sql = "INSERT INTO ledger.cursor_key (name, key) VALUES ('lists', $1) ON CONFLICT DO NOTHING";
  await db.query(sql, [await readKey()]);
}

/** The secret that cursors are sealed with: the same for every build, release and process. */
export async function readCatalogueCursorKey(db: CatalogueDb): Promise<Buffer> {
  const key = await findKey(db);
  if (key === null) throw new NoLiveBuild('the catalogue has no secret for cursors: run setup');
  return key;
}

async function findKey(db: CatalogueDb): Promise<Buffer | null> {
  const { rows } = await db.query<{ key: Buffer }>("SELECT key FROM ledger.cursor_key WHERE name = 'lists'");
  return rows[0]?.key ?? null;
}
