import type { ComposeService, ComposeStack } from './compose-stack.ts';
import type { Place } from './origins.ts';

/**
 * What of a service reaches beyond its container, and the grant with which an admin allows it. `placeOf` finds the place
 * of a key of the service.
 */
export function needsOf(
  service: ComposeService,
  volumeOptions: ComposeStack['volumeOptions'],
  placeOf: (key: string) => Place,
): ComposeStack['needs'] {
  const { capAdd = [], sysctls = {} } = service.container;
  const need = (key: string, grant: string) => ({ service: service.name, grant, ...placeOf(key) });
  return [
    ...capAdd.map((one) => need('cap_add', `cap:${one.toUpperCase().replace(/^CAP_/, '')}`)),
    ...Object.keys(sysctls).map((one) => need('sysctls', `sysctl:${one}`)),
    ...service.hostPaths.map(({ source }) => need('volumes', `path:${source}`)),
    ...service.volumes
      .filter(({ volume }) => volumeOptions[volume] && volumeOptions[volume]['type'] !== 'tmpfs')
      .map(({ volume }) => need('volumes', `volume:${volume}`)),
  ];
}
