import type { Config } from '../config.ts';
import type { Application } from '../entities/application.ts';

/** The host name an application answers at, e.g. `api.shop.example.com`. Its project has to be loaded. */
export function hostOf({ baseDomain }: Pick<Config, 'baseDomain'>, { name, project }: Application): string {
  return `${name}.${project.name}.${baseDomain}`;
}

/** Where visitors reach an application; undefined when it has no port. */
export function urlOf(
  config: Pick<Config, 'baseDomain' | 'ingressHttpPort'>,
  application: Application,
): string | undefined {
  if (!application.dockerConfig.ports?.length) return undefined;
  const port = config.ingressHttpPort === 80 ? '' : `:${config.ingressHttpPort}`;
  return `http://${hostOf(config, application)}${port}`;
}
