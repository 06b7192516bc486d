import { createRequire } from 'node:module';
import { loadOnUse, requireOf, type UnneededPart } from '../../load-on-use.ts';

/**
 * A parser of forms, which comes with the first form, and an interface for traces, which Shipmate does not write. A
 * hundred modules. This file is imported before Express and prom-client.
 */
export const unneededParts: readonly UnneededPart[] = [
  { of: ['express'], id: 'qs' },
  { of: ['express', 'body-parser'], id: 'qs' },
  { of: ['prom-client'], id: '@opentelemetry/api' },
];

const require = createRequire(import.meta.url);
for (const { of, id } of unneededParts) loadOnUse(requireOf(require, of), id);
