import { validate, version } from 'uuid';
import { makeNotificationIds } from './notification-ids';

describe('ids of notifications', () => {
  it('are UUIDs of version 7, none twice, that contain the time of their creation', () => {
    const newId = makeNotificationIds();
    const before = Date.now();
    const ids = Array.from({ length: 5000 }, newId);
    const after = Date.now();
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(validate(id) && version(id)).toBe(7);
      const made = parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
      expect(made).toBeGreaterThanOrEqual(before);
      expect(made).toBeLessThanOrEqual(after);
    }
  });
});
