import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Normalises a host name: lower case, non-ASCII letters as Punycode. Accepts pasted URLs and drops scheme and path.
 * @throws {UsageError}
 */
export function requireDomain(given: string): string {
  const pasted = given.trim().replace(/^https?:\/\//i, '');
  const [host = ''] = pasted.split('/');
  const pattern = host.startsWith('*.');
  const name = domainToASCII((pattern ? host.slice(2) : host).replace(/\.$/, '')).toLowerCase();
  const labels = name.split('.');
  const domain = pattern ? `*.${name}` : name;
  const fits = labels.length >= 2 && labels.every((one) => label.test(one)) && domain.length <= 253 && !isIP(name);
  if (fits) return domain;
  throw new UsageError(
    `${quoted(given)} is not a domain. Give a host name without a port, e.g. \`shop.example.com\`, ` +
      'or `*.shop.example.com` for every name one label below it.',
  );
}

/** `bücher.example` for `xn--bcher-kva.example`; undefined when both are the same. */
export function readable(domain: string): string | undefined {
  const shown = domainToUnicode(domain.replace(/^\*\./, ''));
  return shown === domain.replace(/^\*\./, '') ? undefined : shown;
}

/** `example.com` for `www.example.com` and vice versa. */
export function wwwTwin(domain: string): string {
  return domain.startsWith('www.') ? domain.slice('www.'.length) : `www.${domain}`;
}
