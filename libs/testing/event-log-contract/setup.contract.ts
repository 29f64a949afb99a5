import { LogError } from '@mps-ledger/event-log';

import { eventually } from '@mps-ledger/spec-kit';
import { record } from './appending';
import { CONTRACT_LAYOUT, TOPIC, type LogContract } from './contract-log';
import { collect } from './reading';

/** The contract of setup, and of a log before setup. */
export function setupContract({ make }: LogContract): void {
  describe('setup', () => {
    it('is missed by name before it has run, and not needed to be waited for by hand', async () => {
      const place = await make();
      const log = place.open();
      await expect(log.identity()).rejects.toMatchObject({ code: 'log-not-ready', message: /setup/ });
      await expect(log.endPositions(TOPIC)).rejects.toMatchObject({ code: 'log-not-ready' });
      const refusal = await eventually(() =>
        log.append(TOPIC, 0, [record('x')]).then(
          () => undefined,
          (error: unknown) => error instanceof LogError && error.code !== 'log-unavailable' && error.code,
        ),
      );
      expect(refusal).toBe('log-not-ready');
      const { delivered, follower } = collect(log, { group: 'early', topic: TOPIC });
      const identity = await place.setup();
      expect(identity).toEqual({
        logId: expect.stringMatching(/^[a-z0-9]{12}$/),
        logGeneration: 1,
        eventGeneration: 1,
        partitions: CONTRACT_LAYOUT.partitions,
      });
      expect(await log.identity()).toEqual(identity);
      await eventually(() => delivered.log(0).length === 1);
      await follower.stop();
      await log.close();
      await place.close();
    });

    it('changes nothing when it runs again, be it twice at once', async () => {
      const place = await make();
      const [first, second] = await Promise.all([place.setup(), place.setup()]);
      expect(second).toEqual(first);
      const log = place.open();
      const before = await log.endPositions(TOPIC);
      expect(await place.setup()).toEqual(first);
      expect(await log.endPositions(TOPIC)).toEqual(before);
      expect(await log.identity()).toEqual(first);
      await log.close();
      await place.close();
    });

    it('makes another log each time, by its id', async () => {
      const places = [await make(), await make()];
      const ids = await Promise.all(places.map(async (place) => (await place.setup()).logId));
      expect(new Set(ids).size).toBe(2);
      await Promise.all(places.map((place) => place.close()));
    });
  });
}
