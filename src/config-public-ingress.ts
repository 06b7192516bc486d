import { isIP } from 'node:net';
import { type Environment, missing, read } from './config-read.ts';
import { variables } from './config-variables.ts';
import { hasPublicHost } from './public-address.ts';

/** An authority that anybody trusts certifies no address and no name without a dot. */
export function readPublicIngress(env: Environment): boolean {
  const wanted = read(env, 'SHIPMATE_PUBLIC_INGRESS', variables.SHIPMATE_PUBLIC_INGRESS);
  const url = new URL(read(env, 'SHIPMATE_PUBLIC_URL', variables.SHIPMATE_PUBLIC_URL) ?? 'http://localhost');
  const isCertifiable = url.protocol === 'https:' && hasPublicHost(url.href) && isIP(url.hostname) === 0;
  if (wanted === 'on' && !isCertifiable)
    throw missing('SHIPMATE_PUBLIC_URL', 'with `https` and a host name is needed with SHIPMATE_PUBLIC_INGRESS=on');
  if (wanted !== undefined) return wanted === 'on';
  const port = read(env, 'SHIPMATE_INGRESS_HTTPS_PORT', variables.SHIPMATE_INGRESS_HTTPS_PORT);
  const isOfIngress = Number(url.port || 443) === port;
  return isCertifiable && isOfIngress && !read(env, 'SHIPMATE_TRUSTED_PROXIES', variables.SHIPMATE_TRUSTED_PROXIES);
}
