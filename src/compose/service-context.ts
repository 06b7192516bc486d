import type { RawFile } from './file-schema.ts';
import type { FindPlace } from './origins.ts';
import type { Lookup } from './interpolate.ts';

/** What a service is read in. */
export interface ServiceContext {
  file: RawFile;
  /** Names of the services that are deployed. */
  active: readonly string[];
  lookup: Lookup;
  placeOf: FindPlace;
}
