import type { BuildSettings } from '../../entities/application-config.ts';

/** The Dockerfile, relative to the build context. */
export function pathOf({ dockerfile = 'Dockerfile' }: BuildSettings): string {
  return dockerfile;
}
