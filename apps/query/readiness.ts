import {
  describeUnderived,
  knownSchema,
  readFreshness,
  ReadModelEmpty,
  readUnderivedAlarms,
  type ReadModel,
} from '@mps-ledger/read-model';

/** Why requests cannot be answered; null when they can. */
export async function readiness(db: ReadModel): Promise<string | null> {
  const missing = await knownSchema(db);
  if (missing !== null) return missing;
  try {
    await readFreshness(db);
    // A record that is not derived yet shows in the lag; one that was passed over will not come without help.
    return describeUnderived((await readUnderivedAlarms(db)).filter(({ isPassedOver }) => isPassedOver));
  } catch (error) {
    if (error instanceof ReadModelEmpty) return error.message;
    throw error;
  }
}
