import { Type } from 'typebox';
import { healthListenerSettings, type Settings } from '@mps-ledger/platform';
import { standaloneSettings } from '../standalone/standalone.config';

/** The settings of all programs of a deployment, as the doctor reads them. */
export const doctorSettings = Type.Object({
  ...standaloneSettings.properties,
  ...healthListenerSettings(8082),
});

export type DoctorConfig = Settings<typeof doctorSettings>;
