import type { BodyObject } from '../bodies/json';
import { mediaInput } from '../bodies/media-inputs';
import type { Random } from '../random';

/** The Input of an EditMediaTask: parts of several sources. */
export function editInput(random: Random): BodyObject {
  const parts = Array.from({ length: random.between(1, 4) }, (_, n) => ({
    InputInfo: mediaInput(random),
    StartTimeOffset: n * 12.5,
    EndTimeOffset: random.chance(0.5) ? 0 : n * 12.5 + 30,
    Id: `${n + 1}`,
  }));
  return { FileInfoSet: parts };
}

/** The input of a BatchTask: several sources. */
export function batchInput(random: Random): BodyObject {
  return { InputInfos: Array.from({ length: random.between(1, 3) }, () => mediaInput(random)) };
}
