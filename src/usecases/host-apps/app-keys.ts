import type { HostApp } from '../../entities/host-app.ts';
import type { AppIdentity } from '../../git-hosts/host-app.ts';
import type { Cipher } from '../../secrets/cipher.ts';

type SealedKey = 'client_secret' | 'private_key' | 'webhook_secret';

/** The additional data that ties a secret of an app to its row. */
export function hostAppIdentity({ id }: Pick<HostApp, 'id'>, key: SealedKey): string {
  return `host_apps:${id}:${key}`;
}

/** What the app proves itself with, decrypted. */
export function openIdentity(
  { cipher }: { cipher: Cipher },
  app: Pick<HostApp, 'id' | 'number' | 'privateKey' | 'server'>,
): AppIdentity {
  const { number, server } = app;
  return { number, server, privateKey: cipher.decrypt(app.privateKey, hostAppIdentity(app, 'private_key')) };
}
