import { Resolver } from 'node:dns/promises';

/** Asks the name servers of this host, or only the one whose address is given. */
export type OpenResolver = (server?: string) => Resolver;

/** It answers within some seconds, also when nobody answers it. */
export const openResolver: OpenResolver = (server) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  return resolver;
};
