import { ownAccountName } from '../host/account-name.ts';
import { type Client, createClient } from './client.ts';
import { readEnvironment } from './environment.ts';
import { findLocalShipmate } from './local-shipmate.ts';
import { networkTransport, socketTransport, type Transport } from './transport.ts';

/** The Shipmate that the environment names; without any, that of this machine. @throws {UsageError} */
export async function openClient(env: NodeJS.ProcessEnv): Promise<Client> {
  const { isBare, token, traceparent, url } = readEnvironment(env);
  const dataDir = isBare ? await findLocalShipmate(env) : undefined;
  return createClient({ url, token, dataDir, traceparent, account: ownAccountName() });
}

/** The same, for what is no client of the HTTP API. @throws {UsageError} */
export async function openTransport(env: NodeJS.ProcessEnv): Promise<Transport> {
  const { isBare, token, url } = readEnvironment(env);
  const dataDir = isBare ? await findLocalShipmate(env) : undefined;
  return dataDir === undefined ? networkTransport(url, token) : socketTransport(dataDir);
}
