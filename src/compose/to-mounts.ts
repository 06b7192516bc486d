import { isAbsolute, normalize } from 'node:path/posix';
import { anySize, readSize } from '../units/sizes.ts';
import type { ComposeService } from './compose-stack.ts';
import { mountsOnce } from './references.ts';
import type { ServiceContext } from './service-context.ts';
import type { RawService } from './service-schema.ts';

type Mounts = Pick<ComposeService, 'volumes' | 'checkoutMounts' | 'hostPaths' | 'tmpfs'>;

/** The mounts of a service, by where they come from. */
export function mountsOf(name: string, raw: RawService, { file, placeOf }: ServiceContext): Mounts {
  const found: Mounts = { volumes: [], checkoutMounts: [], hostPaths: [], tmpfs: [] };
  for (const [at, mount] of mountsOnce(raw).entries()) {
    const { read_only: readOnly = false, source, target, tmpfs, type = 'volume' } = mount;
    if (type === 'tmpfs') {
      found.tmpfs.push({
        target,
        ...(tmpfs?.size !== undefined && { sizeBytes: readSize(tmpfs.size, anySize) }),
        ...(tmpfs?.mode !== undefined && { mode: tmpfs.mode }),
      });
      continue;
    }
    const path = type === 'bind' ? source : boundTo(file.volumes?.[source ?? '']?.driver_opts);
    if (path === undefined) found.volumes.push({ volume: source ?? unnamed(name, target), target, readOnly });
    else if (isAbsolute(path))
      found.hostPaths.push({ source: normalize(path).replace(/(?<=.)\/$/, ''), target, readOnly });
    else found.checkoutMounts.push({ source: path, target, readOnly, ...placeOf(['services', name, 'volumes', at]) });
  }
  if (raw.shm_size !== undefined && !found.tmpfs.some(({ target }) => target === '/dev/shm')) {
    found.tmpfs.push({ target: '/dev/shm', sizeBytes: readSize(raw.shm_size, anySize) });
  }
  return found;
}

/** The folder that a volume with `o: bind` stands for. */
export function boundTo(options: Record<string, string> | undefined): string | undefined {
  return options?.['o']?.split(',').includes('bind') ? options['device'] : undefined;
}

/** A volume that the file gives no name keeps its data by where it is mounted. */
export function unnamed(service: string, target: string): string {
  return `${service}-${target.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}`;
}
