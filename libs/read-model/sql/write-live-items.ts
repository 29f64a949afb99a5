import { inSchema } from '../read-model';
import { columnNames, rowsFrom } from '../write/columns';
import { LIVE_ITEM } from '../write/rows';

const digestOf = (item: string): string => `sha256(convert_to(${item}, 'UTF8'))`;

/** The order of `compareReports`: the row becomes the higher of both, so that order and repeats of reports do not matter. */
export const WRITE_LIVE_ITEMS = inSchema((schema) => ({
  name: `${schema} write-live-items`,
  text: `
INSERT INTO ${schema}.live_item AS stored (${columnNames(LIVE_ITEM)})
SELECT r.* FROM ${rowsFrom(LIVE_ITEM, 1)}
ON CONFLICT (task_key, start_offset, kind, key_digest) DO UPDATE SET
  end_offset = excluded.end_offset, steady = excluded.steady, item = excluded.item
WHERE (excluded.steady, excluded.end_offset) > (stored.steady, stored.end_offset)
  OR (excluded.steady, excluded.end_offset) = (stored.steady, stored.end_offset)
    AND ${digestOf('excluded.item')} > ${digestOf('stored.item')}`,
}));
