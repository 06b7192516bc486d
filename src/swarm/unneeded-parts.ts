import { createRequire } from 'node:module';
import { loadOnUse, requireOf, type UnneededPart } from '../load-on-use.ts';

/**
 * gRPC and an SSH client (8 MB and 90 ms), which only dockerode's own sessions and ssh:// addresses use, and archives of
 * folders. This file is imported before dockerode.
 */
export const unneededParts: readonly UnneededPart[] = [
  { of: ['dockerode'], id: './session' },
  { of: ['dockerode'], id: 'tar-fs' },
  { of: ['dockerode', 'docker-modem'], id: './ssh' },
];

const require = createRequire(import.meta.url);
for (const { of, id } of unneededParts) loadOnUse(requireOf(require, of), id);
