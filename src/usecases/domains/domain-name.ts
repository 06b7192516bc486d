import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The host name as DNS has it: in lower case, letters outside of ASCII in Punycode. `https://` before it and what
 * comes after it in an address are dropped, as people paste addresses.
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

/** `bücher.example` beside `xn--bcher-kva.example`; undefined where both are the same. */
export function readable(domain: string): string | undefined {
  const shown = domainToUnicode(domain.replace(/^\*\./, ''));
  return shown === domain.replace(/^\*\./, '') ? undefined : shown;
}

/** `example.com` for `www.example.com`, and the other way round. */
export function wwwTwin(domain: string): string {
  return domain.startsWith('www.') ? domain.slice('www.'.length) : `www.${domain}`;
}
