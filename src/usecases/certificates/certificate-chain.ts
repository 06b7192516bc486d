import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { UsageError } from '../../errors.ts';
import { formatDay, formatTime } from '../../units/times.ts';

export interface Chain {
  /** PEM, leaf first, each signed by the next, without the root. */
  pem: string;
  issuer: string;
  notBefore: Date;
  notAfter: Date;
  /** Host names, some with `*.`. */
  hosts: string[];
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws {UsageError} unless the text is a PEM chain, each certificate signed by the next. */
export function readChain(text: string): Chain {
  const blocks = text.match(block) ?? [];
  const [leaf, ...others] = blocks.map(parse);
  if (!leaf)
    throw new UsageError(
      'No certificate found in the input. Paste PEM, which starts with `-----BEGIN CERTIFICATE-----`.',
    );
  const chain = [leaf];
  for (const next of others) {
    const last = chain.at(-1) ?? leaf;
    if (!last.checkIssued(next) || !last.verify(next.publicKey)) {
      const order = 'Put the domain’s certificate first, then its issuer’s, and so on.';
      throw new UsageError(
        `${nameOf(next.subject)} did not sign ${nameOf(last.subject)}, which comes before it. ${order}`,
      );
    }
    chain.push(next);
  }
  return {
    pem: `${blocks.map((one) => one.replaceAll('\r', '').trim()).join('\n')}\n`,
    issuer: nameOf(leaf.issuer).slice(0, 255),
    notBefore: new Date(leaf.validFrom),
    notAfter: new Date(leaf.validTo),
    hosts: [...(leaf.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(([, host = '']) => host.toLowerCase()),
  };
}

/** @throws {UsageError} when the chain cannot currently serve the host with that key. */
export function requireServes(chain: Chain, key: string, host: string, now = new Date()): void {
  const leaf = new X509Certificate(chain.pem);
  if (!leaf.checkPrivateKey(readKey(key))) {
    throw new UsageError(
      'The key does not match the certificate. Paste the key that the certificate was requested with.',
    );
  }
  const wildcard = host.replace(/^[^.]+/, '*');
  if (!chain.hosts.includes(host) && !chain.hosts.includes(wildcard)) {
    throw new UsageError(`The certificate is for ${chain.hosts.join(', ') || 'no host'}, not for \`${host}\`.`);
  }
  if (chain.notAfter <= now)
    throw new UsageError(`The certificate expired on ${formatDay(chain.notAfter)}. Upload a newer one.`);
  if (chain.notBefore > now) {
    throw new UsageError(`The certificate is not valid before ${formatTime(chain.notBefore)}. Upload it then.`);
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem.trim());
  } catch {
    // Neither the key nor OpenSSL's error goes into the message.
    const example = '`-----BEGIN PRIVATE KEY-----`, without a passphrase';
    throw new UsageError(`The key cannot be read. Paste it as PEM, which starts with ${example}.`);
  }
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new UsageError('One of the certificates cannot be read. Paste each one completely, as PEM.', {
      cause: error,
    });
  }
}

/** The common name, else the organisation, else all of it. */
function nameOf(name: string): string {
  return (
    /^CN=(.+)$/m.exec(name)?.[1] ??
    /^O=(.+)$/m.exec(name)?.[1] ??
    (name.replaceAll('\n', ', ') || 'an unnamed authority')
  );
}
