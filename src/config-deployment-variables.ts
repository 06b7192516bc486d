import { count, duration } from './config-decoders.ts';
import { variable } from './config-variable.ts';

/** How deployments and backups run, and how long they may take. */
export const deploymentVariables = {
  SHIPMATE_CONCURRENCY: variable(count(1).prefault('2'), {
    meaning: 'Deployments of different applications that run at the same time.',
    preset: '2',
    example: '4',
  }),
  SHIPMATE_CLONE_TIMEOUT: variable(duration.prefault('5m'), {
    meaning: 'Time limit for cloning a commit.',
    preset: '5m',
    example: '90s',
  }),
  SHIPMATE_BUILD_TIMEOUT: variable(duration.prefault('30m'), {
    meaning: 'Time limit for building an image.',
    preset: '30m',
    example: '1h',
  }),
  SHIPMATE_ROLLOUT_TIMEOUT: variable(duration.prefault('10m'), {
    meaning: 'Time limit for the new tasks to become healthy.',
    preset: '10m',
    example: '15m',
  }),
  SHIPMATE_DOCKER_TIMEOUT: variable(duration.prefault('10m'), {
    meaning: 'How long a deployment waits, in all, for a Docker Engine that does not answer, before it fails.',
    preset: '10m',
    example: '30m',
  }),
  SHIPMATE_STOP_GRACE: variable(duration.prefault('20s'), {
    meaning:
      'How long a stop waits for deployments, backups and restores before it hands them back. The process ends at most 10 s later; a supervisor must wait that long.',
    preset: '20s',
    example: '5s',
  }),
  SHIPMATE_BACKUP_TIMEOUT: variable(duration.prefault('6h'), {
    meaning: 'Time limit for a backup, a restore or a restore drill.',
    preset: '6h',
    example: '12h',
  }),
  SHIPMATE_MONITOR_SECONDS: variable(count(0).prefault('5'), {
    meaning:
      'Seconds that the new tasks must stay up before a deployment succeeds; with a health check, two of its intervals if that is shorter (at least 2 s).',
    preset: '5',
    example: '30',
  }),
};
