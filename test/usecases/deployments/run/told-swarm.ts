import type { Application } from '../../../../src/entities/application.ts';
import { serviceName } from '../../../../src/swarm/names.ts';
import type { RolloutProgress, ServiceStatus, Swarm } from '../../../../src/swarm/swarm.ts';
import { fakeSwarm } from '../../../support/fakes.ts';

/** A Swarm that has the image, whose roll-outs go as told; what it did is added to `calls`. */
export function toldSwarm(
  { application, calls }: { application: Application; calls: string[] },
  goes: () => AsyncIterable<RolloutProgress>,
  service?: Partial<ServiceStatus>,
): Swarm {
  const name = serviceName(application.project.name, application.name, application.id);
  const base = { name, image: 'app:0', version: 1, replicas: 1, running: 1 };
  const labels = { 'shipmate.application': application.id };
  const present = service && { ...base, ...service, labels: { ...labels, ...service.labels } };
  return {
    ...fakeSwarm().swarm,
    findImage: async () => ({ id: 'sha256:1', sizeBytes: 1 }),
    inspect: async () => present,
    list: async () => (present ? [present] : []),
    apply() {
      calls.push('apply');
      return goes();
    },
    watch() {
      calls.push('watch');
      return goes();
    },
    async rollBack() {
      calls.push('rollBack');
      return service?.updateState !== undefined;
    },
    remove: async () => void calls.push('remove'),
  };
}

export function progress(state: RolloutProgress['state'], taskErrors: string[] = []): RolloutProgress {
  return { state, healthy: state === 'converged' ? 1 : 0, desired: 1, taskErrors, version: 2 };
}

export async function* says(...all: RolloutProgress[]): AsyncGenerator<RolloutProgress> {
  yield* all;
}

export async function* fails(error: Error): AsyncGenerator<RolloutProgress> {
  yield progress('rolling_out');
  throw error;
}
