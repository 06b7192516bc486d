import type { ApplicationType } from '../entities/application.ts';
import { UsageError } from '../errors.ts';
import type { SettingsDraft } from './application-settings.ts';

const compose = ['compose-file', 'service', 'profiles'];

/** What a compose file says, or a Dockerfile that it names. */
const inComposeFile = [
  ...['host-port', 'replicas', 'health-cmd', 'health-path', 'health-interval', 'health-timeout', 'health-start-period'],
  ...['health-retries', 'memory', 'cpus', 'memory-reservation', 'cpus-reservation', 'command', 'args', 'constraints'],
  ...['stop-grace', 'secrets', 'dockerfile', 'context', 'target', 'build-args'],
];

/** @throws {UsageError} when a setting is of another type of application. */
export function requireFitting(type: ApplicationType, assignments: readonly [string, string][]): void {
  for (const [key, value] of assignments) {
    if (type !== 'docker' && key === 'image') {
      throw new UsageError('`image` is a setting of docker applications; this one is built from git.');
    }
    if (type !== 'compose' && compose.includes(key)) {
      throw new UsageError(`\`${key}\` is a setting of compose applications: \`app create … --type compose\`.`);
    }
    if (type === 'compose' && inComposeFile.includes(key)) {
      throw new UsageError(`\`${key}\` of a compose application is in its compose file.`);
    }
    if (value === '' && (key === 'branch' || key === 'image')) {
      throw new UsageError('`branch` and `image` cannot be empty.');
    }
  }
}

/** @throws {UsageError} when visitors are to reach a compose application, and only half of where is known. */
export function requireRoute(type: ApplicationType, { docker, source }: SettingsDraft): void {
  if (type !== 'compose' || Boolean(docker.ports?.length) === (source.compose_service !== undefined)) return;
  throw new UsageError('`service` and `port` belong together: which service visitors reach, and on which port.');
}
