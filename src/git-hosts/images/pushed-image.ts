import { z } from 'zod';

/** @see https://github.com/opencontainers/distribution-spec (pulling manifests) */
export const ImageRepository = z
  .string()
  .max(255)
  .regex(/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/, 'is not an image');

const tag = /^\w[\w.-]{0,127}$/;
const digest = /^sha256:[0-9a-f]{64}$/;

/** Undefined for what is none: a push by digest alone, or a signature beside an image. */
export function asTag(text: string | null | undefined): string | undefined {
  // `cosign` and its kin store signatures under tags that are made of the image's digest.
  return text && tag.test(text) && !/^sha256-[0-9a-f]{64}/.test(text) ? text : undefined;
}

export function asDigest(text: string | null | undefined): string | undefined {
  return text && digest.test(text) ? text : undefined;
}

/** `registry.example.com:5000/acme/api:v1` in its parts; undefined for what is no reference. */
export function splitReference(reference: string): { host: string; repository: string; tag: string } | undefined {
  const [, host, rest = ''] =
    /^(?:((?=[^/]*[.:]|localhost\/)[\w.-]+(?::\d{1,5})?)\/)?(.+)$/.exec(reference.slice(0, 500)) ?? [];
  const [, path = '', named = 'latest'] = /^([^:@]+)(?::([^@]+))?(?:@.+)?$/.exec(rest) ?? [];
  const isOfHub = host === undefined || host === 'docker.io' || host === 'index.docker.io';
  const repository = isOfHub && !path.includes('/') ? `library/${path}` : path;
  if (!ImageRepository.safeParse(repository).success || !tag.test(named)) return undefined;
  return { host: isOfHub ? 'docker.io' : host.toLowerCase(), repository, tag: named };
}
