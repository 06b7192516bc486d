import { randomUUID } from 'node:crypto';
import type { AcmeAccount, Order } from '../../acme/authority.ts';
import { CertificateOrder } from '../../entities/certificate-order.ts';
import type { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { newPrivateKey } from './acme-account.ts';
import { type Chain, readChain, requireServes } from './certificate-chain.ts';
import { requireWithinLimits } from './order-limits.ts';
import { proveDomain, type ProofOptions } from './prove-domain.ts';

export interface Issued {
  chain: Chain;
  /** PEM. */
  key: string;
  orderId: string;
}

interface OpenOrder {
  id: string;
  key: string;
  order: Order;
}

/**
 * Gets a certificate for the domain. Resumes the order of a killed run; starts a new one only when the authority has
 * forgotten or refused it. @throws {AuthorityError}
 */
export async function issueCertificate(
  deps: Deps,
  { account, domain, signal }: { account: AcmeAccount; domain: Domain; signal: AbortSignal },
  options: ProofOptions = {},
): Promise<Issued> {
  const { id, key, order } = (await resume(deps, account, domain)) ?? (await begin(deps, account, domain));
  if (order.status === 'pending') await proveDomain(deps, { account, domain, order, signal }, options);
  const chain = readChain(await account.certify(order, domain.domain, key));
  requireServes(chain, key, domain.domain);
  return { chain, key, orderId: id };
}

async function resume(
  { acme, cipher, database }: Deps,
  account: AcmeAccount,
  domain: Domain,
): Promise<OpenOrder | undefined> {
  const em = database.asSystem();
  const { directoryUrl } = acme.authority;
  const row = await em.findOne(
    CertificateOrder,
    { domain: domain.id, status: 'pending', directoryUrl },
    { orderBy: { createdAt: 'desc' } },
  );
  if (!row) return undefined;
  const order = row.url ? await account.find(row.url) : undefined;
  if (order && order.status !== 'invalid' && row.privateKey) {
    return { id: row.id, key: cipher.decrypt(row.privateKey, keyIdentity(row.id)), order };
  }
  await em.nativeUpdate(
    CertificateOrder,
    { id: row.id },
    {
      status: 'abandoned',
      privateKey: null,
      endedAt: new Date(),
      error: 'The certificate authority no longer has this order.',
    },
  );
  return undefined;
}

/** Inserts the row before contacting the authority, so that limits count requests, not answers. */
async function begin({ acme, cipher, database }: Deps, account: AcmeAccount, domain: Domain): Promise<OpenOrder> {
  const { directoryUrl } = acme.authority;
  const host = domain.domain;
  const id = randomUUID();
  const key = await newPrivateKey();
  await database.asSystem().transactional(async (em) => {
    await requireWithinLimits(em, host, directoryUrl);
    const privateKey = cipher.encrypt(key, keyIdentity(id));
    em.create(CertificateOrder, { id, domain: domain.id, host, directoryUrl, privateKey });
  });
  const order = await account.order(host);
  await database.asSystem().nativeUpdate(CertificateOrder, { id }, { url: order.url });
  return { id, key, order };
}

function keyIdentity(id: string): string {
  return `certificate_orders:${id}:private_key`;
}
