import type { ApplicationType } from '../../entities/application.ts';
import { UsageError } from '../../errors.ts';
import { settings, type SettingsDraft } from './application-settings.ts';

const ofCompose = ['compose-file', 'service', 'profiles', 'host-ports', 'grants'];

/** Settings of a compose application; its compose file has the rest. */
const aroundComposeFile = [
  'port',
  'port-check',
  'environment',
  'protected',
  'branch',
  'poll',
  'watch',
  'tags',
  'checks',
  'checks-timeout',
  'previews',
  'previews-max',
  'previews-ttl',
  'previews-from',
  'previews-env',
  'previews-database',
];

/** @throws {UsageError} when a setting does not apply to this type of application. */
export function requireFitting(type: ApplicationType, assignments: readonly [string, string][]): void {
  for (const [key, value] of assignments) {
    if (type !== 'docker' && key === 'image') {
      throw new UsageError('`image` applies to docker applications only; this one is built from git.');
    }
    if (type === 'docker' && key === 'poll' && value !== '') {
      throw new UsageError('`poll` applies to applications with a repository only; this one runs an image.');
    }
    if (type === 'docker' && key.startsWith('previews') && value !== '') {
      throw new UsageError(`\`${key}\` applies to applications with a repository only; this one runs an image.`);
    }
    if (type !== 'compose' && ofCompose.includes(key)) {
      throw new UsageError(`\`${key}\` applies to compose applications only: \`app create … --type compose\`.`);
    }
    const isInFile = Object.hasOwn(settings, key) && ![...ofCompose, ...aroundComposeFile].includes(key);
    if (type === 'compose' && isInFile) {
      throw new UsageError(`\`${key}\` of a compose application is set in its compose file.`);
    }
    if (value === '' && (key === 'branch' || key === 'image')) {
      throw new UsageError('`branch` and `image` cannot be empty.');
    }
  }
}

/** @throws {UsageError} when a compose application has a service without a port, or a port without a service. */
export function requireServiceWithPort(type: ApplicationType, { docker, source }: SettingsDraft): void {
  if (type !== 'compose' || Boolean(docker.ports?.length) === (source.compose_service !== undefined)) return;
  throw new UsageError('`service` and `port` go together: set both the service that receives traffic and its port.');
}
