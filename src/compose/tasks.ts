import type { RawFile } from './file-schema.ts';
import type { RawService } from './service-schema.ts';

/**
 * Whether a service runs to its end: another waits for that, or it says so and offers nothing. `restart: "no"` alone is
 * not enough: it is Compose's default, and files spell it out for servers, too.
 */
export function isTask(name: string, raw: RawService, file: RawFile): boolean {
  const isAwaited = Object.values(file.services).some(
    ({ depends_on: on }) => on?.[name]?.condition === 'service_completed_successfully',
  );
  if (isAwaited || raw.deploy?.mode?.endsWith('-job')) return true;
  const offers = Boolean(raw.ports?.length ?? raw.expose?.length) || (raw.healthcheck && !raw.healthcheck.disable);
  const policy = raw.deploy?.restart_policy?.condition;
  const ends = policy === undefined ? raw.restart === 'no' || raw.restart === 'false' : policy === 'none';
  return ends && !offers;
}
