import type { Config } from '../../config.ts';

/** What a replica tells the others of its configuration: nothing secret. */
export interface SharedSettings {
  host: string;
  /** By environment variable; empty when it is not set. All replicas need the same. */
  same: Record<string, string>;
}

export function sharedSettings(config: Config, host: string): SharedSettings {
  const { baseDomain, dockerHost, ingressHttpPort, ingressHttpsPort, localRepositories, publicUrl, registry, s3 } =
    config;
  return {
    host,
    same: {
      SHIPMATE_PUBLIC_URL: publicUrl,
      S3_BUCKET: s3?.bucket ?? '',
      S3_ENDPOINT: s3?.endpoint ?? '',
      SHIPMATE_LOCAL_REPOSITORIES: localRepositories ?? '',
      SHIPMATE_REGISTRY: registry ?? '',
      SHIPMATE_BASE_DOMAIN: baseDomain,
      SHIPMATE_INGRESS_HTTP_PORT: String(ingressHttpPort),
      SHIPMATE_INGRESS_HTTPS_PORT: String(ingressHttpsPort),
      // A socket is each machine's own.
      DOCKER_HOST: dockerHost === undefined || dockerHost.startsWith('unix:') ? '' : dockerHost,
    },
  };
}

/** Where to read on. */
const docs = 'See “Several replicas” in docs/operation.md.';

/** What a replica and another one do not share although they have to, a sentence each. */
export function notShared(own: SharedSettings, other: SharedSettings): string[] {
  const differing = Object.keys(own.same).filter((name) => own.same[name] !== other.same[name]);
  const sentences: string[] = [];
  if (differing.length > 0)
    sentences.push(
      `Another Shipmate on this database (${other.host}) has other values of ${differing.join(', ')}: set the same on all. ${docs}`,
    );
  if (!own.same['S3_BUCKET'] && !other.same['S3_BUCKET'])
    sentences.push(
      `Another Shipmate on this database (${other.host}) cannot read the archives and backups here, nor this one those ` +
        `there: they are in folders. Set S3_BUCKET on all. ${docs}`,
    );
  if (own.same['SHIPMATE_LOCAL_REPOSITORIES'] && own.host !== other.host)
    sentences.push(
      `SHIPMATE_LOCAL_REPOSITORIES is a folder of ${own.host}, and another Shipmate on this database runs on ${other.host}: ` +
        `keep the repositories at a git host, or mount the same folder on both. ${docs}`,
    );
  return sentences;
}
