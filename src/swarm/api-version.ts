import type Docker from 'dockerode';

/**
 * Versions of the Engine's API since which something has the form that we use.
 * @see https://docs.docker.com/reference/api/engine/version-history/
 */
const since = {
  /** Engine 18.09. */
  buildkit: '1.39',
  /** A build can name contexts (Engine 23); older ones look for an image of that name. */
  namedContexts: '1.42',
  /** Disk usage can be asked for one kind of object. */
  usageByType: '1.42',
  /** The start interval of a health check (Engine 25). */
  startInterval: '1.44',
  /** What a prune keeps has another name, with the same meaning. */
  reservedSpace: '1.48',
  /** Disk usage is told by kind of object; from 1.53 on no other way. */
  usageItems: '1.52',
} as const;

/** Whether an Engine with this version of the API, e.g. `1.41`, has it. */
export function isIn(version: string, what: keyof typeof since): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = since[what].split('.').map(Number);
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/** What of an Engine decides how it builds; asked each time, as an Engine may be upgraded while Shipmate runs. */
export interface BuildEngine {
  /** Of its API, e.g. `1.51`. */
  apiVersion: string;
  /** e.g. `linux/amd64` */
  platform: string;
  /** Whether it has BuildKit, which it never has on Windows. */
  buildkit: boolean;
}

export async function buildEngine(docker: Docker): Promise<BuildEngine> {
  const { ApiVersion, Arch, Os } = await docker.version();
  return {
    apiVersion: ApiVersion,
    platform: `${Os}/${Arch}`,
    buildkit: Os !== 'windows' && isIn(ApiVersion, 'buildkit'),
  };
}

/** Whether the Engine takes `StartInterval`. */
export async function knowsStartInterval(docker: Docker): Promise<boolean> {
  const { ApiVersion } = await docker.version();
  return isIn(ApiVersion, 'startInterval');
}
