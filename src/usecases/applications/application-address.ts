import type { Config } from '../../config.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';

/** The host name an application answers at, e.g. `api.shop.example.com`. Its project has to be loaded. */
export function applicationHost({ baseDomain }: Pick<Config, 'baseDomain'>, { name, project }: Application): string {
  return `${name}.${project.name}.${baseDomain}`;
}

type AddressConfig = Pick<Config, 'baseDomain' | 'ingressHttpPort' | 'ingressHttpsPort'>;

/** Where visitors reach an application: its domains, oldest first, and its own address if it has a port. */
export async function readUrls(em: EntityManager, config: AddressConfig, application: Application): Promise<string[]> {
  return (await readUrlsOf(em, config, [application])).get(application.id) ?? [];
}

/** `readUrls` for several applications, keyed by application id. */
export async function readUrlsOf(
  em: EntityManager,
  config: AddressConfig,
  applications: Application[],
): Promise<Map<string, string[]>> {
  const { rows } = await executeSql<{ target_id: string; domain: string; secure: boolean }>(
    em,
    `select target_id, domain,
       tls_enabled and exists (select from certificates c where c.domain_id = d.id) as secure
     from domains d
     where target_type = 'application' and target_id = any ($1) and redirect_to_id is null and domain not like '*%'
     order by created_at, domain`,
    [applications.map(({ id }) => id)],
  );
  const domains = Map.groupBy(rows, ({ target_id }) => target_id);
  return new Map(
    applications.map((application) => {
      const custom = (domains.get(application.id) ?? []).map(({ domain, secure }) => urlAt(config, domain, secure));
      const own = application.dockerConfig.ports?.length
        ? [urlAt(config, applicationHost(config, application), false)]
        : [];
      return [application.id, [...custom, ...own]];
    }),
  );
}

export function urlAt(config: AddressConfig, host: string, secure: boolean): string {
  const port = secure ? config.ingressHttpsPort : config.ingressHttpPort;
  const suffix = port === (secure ? 443 : 80) ? '' : `:${port}`;
  return `${secure ? 'https' : 'http'}://${host}${suffix}`;
}
