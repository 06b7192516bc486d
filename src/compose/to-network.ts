import type { ComposePort, ComposeService } from './compose-stack.ts';
import type { Place } from './origins.ts';
import type { RawFile } from './file-schema.ts';
import type { RawService } from './service-schema.ts';

type Ports = Pick<ComposeService, 'hostPorts' | 'published' | 'exposed'>;

/** What a service listens on, by how it is published. `placeOf` finds an entry. */
export function portsOf(ports: NonNullable<RawService['ports']>, placeOf: (at: number) => Place): Ports {
  const found: Ports = { hostPorts: [], published: [], exposed: [] };
  for (const [at, { mode, protocol = 'tcp', published, target }] of ports.entries()) {
    if (published === undefined) {
      if (protocol === 'tcp') found.exposed.push(target);
      continue;
    }
    const port: ComposePort = { container: target, host: published, ...(protocol === 'udp' && { protocol }) };
    if (mode === 'host') found.hostPorts.push(port);
    else found.published.push({ ...port, ...placeOf(at) });
  }
  return found;
}

/** Names by which others may reach the service: its container's, and those in the `links` of others. */
export function aliasesOf(name: string, { container_name: own }: RawService, file: RawFile): string[] {
  const linked = Object.values(file.services).flatMap(({ links = [] }) =>
    links.flatMap((link) => {
      const [service, alias] = link.split(':');
      return service === name && alias ? [alias] : [];
    }),
  );
  const all = new Set([...(own === undefined ? [] : [own]), ...linked]);
  all.delete(name);
  return [...all];
}
