import { numbered, series, waitFor, type ForwardingContext } from './context';
import { RecordingHandler } from './recording-handler';

/** What becomes of notifications while the handler is in trouble, or ingest ends. */
export function troubleContract({ handler, start, close }: ForwardingContext): void {
  it('retries while the handler is down, redirects or fails, in order; passes over what it refuses', async () => {
    await handler().stop();
    const instance = await start({ id: 'a', forwardTo: handler().url });
    await instance.accept('a', ...series(1, 8));
    await waitFor(async () => (await instance.problem('a'))?.includes('ECONNREFUSED'));
    expect(await instance.problem('a')).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+ gave no answer: .*; retrying for \d+ s, partitions blocked: \d$/,
    );
    expect(await instance.isReady()).toBe(true);
    // Each once: a redirect, errors that may pass, a connection that is reset; then what each notification deserves.
    const faults = [302, 503, 408, 429, 500, 0];
    const refused = new Map([
      [3, 404],
      [5, 400],
      [6, 508],
    ]);
    handler().answer = (response, { bytes }) => {
      const fault = faults.shift();
      if (fault === 0) return void response.destroy();
      const { Number: number } = JSON.parse(bytes.toString()) as { Number: number };
      const headers = { location: '/elsewhere', 'retry-after': '0' };
      response.writeHead(fault ?? refused.get(number) ?? 204, headers).end();
    };
    await handler().start();
    await waitFor(async () => (await instance.count()) === 5);
    const distinct = handler()
      .texts()
      .filter((text, index, all) => text !== all[index - 1]);
    expect(distinct).toEqual(series(1, 8));
    expect(new Set(handler().got.map(({ path }) => path))).toEqual(new Set(['/handle?by=spec']));
    expect([await instance.count('refused'), await instance.problem('a')]).toEqual([3, null]);
    // A kept connection that was reset is replaced at once, which is no attempt of its own.
    expect(await instance.count('failed')).toBeGreaterThanOrEqual(6);
  });

  it('ends in the middle of a slow answer, and sends that notification again later, and none that was accepted', async () => {
    const first = await start({ id: 'a', forwardTo: handler().url });
    handler().answer = (response, { bytes }) => {
      if (bytes.toString() !== numbered(3)) response.end();
    };
    await first.accept('a', ...series(1, 5));
    await waitFor(() => handler().texts().at(-1) === numbered(3));
    expect(await first.metrics()).toMatch(/forward_lag_seconds\{source="a"\} \d+\.\d+/);
    await close(first);
    expect(handler().texts()).toEqual(series(1, 3));
    handler().answer = (response) => void response.end();
    await start({ id: 'a', forwardTo: handler().url });
    await waitFor(() => handler().texts().at(-1) === numbered(5));
    expect(handler().texts()).toEqual([...series(1, 3), ...series(3, 5)]);
  });

  it('that is stuck touches neither receiving nor the forwarding of other sources', async () => {
    const stuck = await new RecordingHandler().start();
    stuck.answer = () => undefined;
    const instance = await start({ id: 'slow', forwardTo: stuck.url }, { id: 'fast', forwardTo: handler().url });
    for (const number of [1, 2, 3]) {
      await instance.accept('slow', ...series(number * 10, number * 10 + 9));
      await instance.accept('fast', numbered(number));
    }
    await waitFor(() => handler().got.length === 3);
    expect(handler().texts()).toEqual(series(1, 3));
    await waitFor(() => stuck.got.length > 0);
    expect(new Set(stuck.texts())).toEqual(new Set([numbered(10)]));
    await close(instance);
    await stuck.stop();
  });
}
