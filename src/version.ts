import manifest from '../package.json' with { type: 'json' };

/** Of this Shipmate, as `package.json` has it, e.g. `0.1.0`. */
export const { version } = manifest;

/** What Shipmate calls itself to other servers. */
export const userAgent = `shipmate/${version}`;
