import { createHash } from 'node:crypto';
import type { Config } from '../../config.ts';

/** What the ingress of this Shipmate says when it is asked who it is; another Shipmate's says something else. */
export function probeText({ publicUrl, ingressHttpPort }: Pick<Config, 'publicUrl' | 'ingressHttpPort'>): string {
  const hash = createHash('sha256').update(`${publicUrl} ${ingressHttpPort}`).digest('hex').slice(0, 16);
  return `shipmate-ingress ${hash}`;
}
