import { relative, resolve } from 'node:path';
import type { BuildSettings } from '../../entities/application-config.ts';

/** The Dockerfile, relative to the build context. */
export function pathOf({ dockerfile = 'Dockerfile' }: BuildSettings): string {
  return dockerfile;
}

/** A path of the build context as the Engine takes it: relative, without `./` and `..` in between. */
export function normalPath(root: string, path: string): string {
  return relative(root, resolve(root, path));
}
