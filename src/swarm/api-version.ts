import type Docker from 'dockerode';

/** Since this version of the Engine's API a health check has a start interval (Engine 25). */
const startIntervalSince = [1, 44] as const;

/** Whether the Engine takes `StartInterval`; asked each time, as an Engine may be upgraded while Shipmate runs. */
export async function knowsStartInterval(docker: Docker): Promise<boolean> {
  const { ApiVersion } = await docker.version();
  return isStartIntervalIn(ApiVersion);
}

/** @param version Of the API, e.g. `1.41`. */
export function isStartIntervalIn(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [sinceMajor, sinceMinor] = startIntervalSince;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}
