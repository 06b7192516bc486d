import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { AcmeAccount } from '../../entities/acme-account.ts';
import type { Deps } from '../deps.ts';

const makeKeyPair = promisify(generateKeyPair);

export interface AccountWithKey {
  id: string;
  /** PEM. */
  key: string;
  pausedUntil: Date | null;
}

/** The account at the configured authority; the first caller creates its key. */
export async function ensureAccount({ acme, cipher, database }: Deps): Promise<AccountWithKey> {
  const { directoryUrl } = acme.authority;
  const id = randomUUID();
  const fresh = cipher.encrypt(await newPrivateKey(), identityOf(id));
  return database.asSystem().transactional(async (em) => {
    await em.upsert(
      AcmeAccount,
      { id, directoryUrl, privateKey: fresh, createdAt: new Date() },
      {
        onConflictFields: ['directoryUrl'],
        onConflictAction: 'ignore',
      },
    );
    em.clear();
    const account = await em.findOneOrFail(AcmeAccount, { directoryUrl });
    return {
      id: account.id,
      key: cipher.decrypt(account.privateKey, identityOf(account.id)),
      pausedUntil: account.pausedUntil ?? null,
    };
  });
}

/** P-256 as PEM: small, and supported by every current client. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function identityOf(id: string): string {
  return `acme_accounts:${id}:private_key`;
}
