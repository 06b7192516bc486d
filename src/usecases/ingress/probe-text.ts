import { createHash } from 'node:crypto';
import type { Config } from '../../config.ts';

/** Identifies the ingress of this Shipmate in a probe; differs from other Shipmates'. */
export function probeText({ publicUrl, ingressHttpPort }: Pick<Config, 'publicUrl' | 'ingressHttpPort'>): string {
  const hash = createHash('sha256').update(`${publicUrl} ${ingressHttpPort}`).digest('hex').slice(0, 16);
  return `shipmate-ingress ${hash}`;
}
