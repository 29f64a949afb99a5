import { chunksOf } from './record-reports';

async function chunkSizes(ends: readonly number[]): Promise<readonly number[]> {
  const tasks = async function* () {
    for (const count of ends) yield { reports: { usage: new Array<never>(count) } };
  };
  const sizes: number[] = [];
  for await (const chunk of chunksOf(tasks())) sizes.push(chunk.length);
  return sizes;
}

it.each([
  ['few tasks together', [1, 2, 3], [3]],
  ['2,000 tasks at most', new Array<number>(4_001).fill(1), [2_000, 2_000, 1]],
  ['20,000 ends at most, beside those of one task', [15_000, 6_000, 50_000, 1, 1], [2, 1, 2]],
  ['nothing where there is nothing', [], []],
])('reports are written in chunks: %s', async (_, ends, sizes) => {
  expect(await chunkSizes(ends)).toEqual(sizes);
});
