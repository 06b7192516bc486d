import type Docker from 'dockerode';
import { dial } from '../buildkit/dial.ts';
import { isMissing } from '../engine-errors.ts';
import { splitDigest } from '../names.ts';

/** What the Engine says of an image; dockerode's types have none of what containerd's image store adds. */
export interface ImageDetails {
  Id: string;
  RepoDigests?: string[] | null;
  Size: number;
  Config?: { Labels?: Record<string, string> | null; OnBuild?: string[] | null } | null;
  /** Of containerd's store: what the image has for each platform (API 1.48). */
  Manifests?: { Available?: boolean; ImageData?: { Size?: { Unpacked?: number } } }[] | null;
  /** Where it is from (API 1.53). */
  Identity?: { Pull?: { Repository?: string }[] | null } | null;
}

/** Undefined when the Engine has no such image. */
export async function inspectImage(docker: Docker, reference: string): Promise<ImageDetails | undefined> {
  try {
    return await dial<ImageDetails>(docker, {
      path: `/images/${reference}/json?`,
      method: 'GET',
      options: { manifests: '1' },
      statusCodes: { 200: true },
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Whether containerd's image store holds it: the id of an image there is its digest, in a registry or not. The Engine's
 * older stores name it by its configuration, and know the digest only of what was pulled or pushed.
 */
export function isInContainerdStore({ Id, RepoDigests }: ImageDetails): boolean {
  return RepoDigests?.some((one) => one.endsWith(`@${Id}`)) ?? false;
}

/** Bytes of its unpacked layers: containerd's store calls the size of the packed ones `Size`. */
export function unpackedBytes({ Manifests, Size }: ImageDetails): number {
  const unpacked = (Manifests ?? []).map(({ ImageData }) => ImageData?.Size?.Unpacked ?? 0);
  return unpacked.reduce((sum, bytes) => sum + bytes, 0) || Size;
}

/** The image by the digest that it has under this name; undefined without one. */
export function pinnedBy(reference: string, { RepoDigests }: ImageDetails): string | undefined {
  const { tag, digest } = splitDigest(reference);
  if (digest !== undefined) return reference;
  const name = tag.replace(/:[^/:]+$/, '').replace(/^docker\.io\/(library\/)?/, '');
  const found = RepoDigests?.find((one) => one.startsWith(`${name}@`));
  return found && `${tagged(tag)}@${splitDigest(found).digest}`;
}

/** Without a tag the Engine would pull every tag. */
export function tagged(reference: string): string {
  return /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
}
