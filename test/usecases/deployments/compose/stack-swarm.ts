import { stackResourceName } from '../../../../src/swarm/names.ts';
import type { Application } from '../../../../src/entities/application.ts';
import type { RolloutProgress, ServiceSpec, ServiceStatus, Swarm } from '../../../../src/swarm/swarm.ts';
import { fakeSwarm } from '../../../support/fakes.ts';

type Fate = 'converges' | 'rolls back' | 'fails' | 'hangs';

/** A Swarm of the services of one application, and what was done to it. */
export class StackSwarm {
  application: Application;
  services = new Map<string, ServiceStatus>();
  /** By service; one that is not here converges. */
  fates: Record<string, Fate> = {};
  did: string[] = [];
  specs: ServiceSpec[] = [];
  /** Networks that the last clean-up left alone. */
  networks: string[] = [];
  /** What a service wrote, by service: time, space, text. */
  wrote: Record<string, string[]> = {};
  /** Images of the host that were built for other applications: whose they are. */
  foreign: Record<string, string> = {};
  /** Volumes that were filled, with the image of the container that did. */
  filled: [string, string][] = [];
  onHang = (): void => {};

  constructor(application: Application) {
    this.application = application;
  }

  nameInStack(name: string): string {
    return this.services.get(name)?.labels['shipmate.part'] ?? name;
  }

  nameOf(service: string): string {
    return stackResourceName(this.application.project.name, this.application.name, this.application.id, service);
  }

  /** What was done whose name begins with one of the words, sorted: services go their ways at once. */
  didOf(...words: string[]): string[] {
    return this.did.filter((one) => words.some((word) => one.startsWith(word))).sort();
  }

  /** A service of an earlier deployment. */
  present(service: string, over: Partial<ServiceStatus> = {}): void {
    const { id } = this.application;
    const labels = { 'shipmate.application': id, 'shipmate.part': service, 'shipmate.deployment': 'earlier' };
    const name = this.nameOf(service);
    const status = { name, image: 'i:0', version: 1, replicas: 1, running: 1 };
    this.services.set(name, { ...status, ...over, labels: { ...labels, ...over.labels } });
  }
}

/** Keeps services as Swarm does, as far as a stack is concerned; what `fates` says of one comes true. */
export function swarmOf(stack: StackSwarm): Swarm {
  const { did, services, specs } = stack;
  const before = new Map<string, ServiceStatus>();
  async function* go(name: string, signal: AbortSignal): AsyncGenerator<RolloutProgress> {
    const service = stack.nameInStack(name);
    const base = { healthy: 0, desired: 1, taskErrors: [], version: 2 };
    if (services.get(name)?.updateState?.startsWith('rollback')) {
      yield { ...base, state: 'rolled_back' };
      return;
    }
    yield { ...base, state: 'rolling_out' };
    if (stack.fates[service] === 'hangs') {
      stack.onHang();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    if (stack.fates[service] === 'rolls back') {
      const old = before.get(name);
      if (old) services.set(name, { ...old, version: 3, updateState: 'rollback_completed' });
      yield {
        ...base,
        state: 'rolled_back',
        taskErrors: ['exited with code 3'],
        failures: [{ task: 't1', error: 'exited with code 3', exitCode: 3, lines: ['no queue'] }],
      };
    } else if (stack.fates[service] === 'fails') {
      services.delete(name);
      yield { ...base, state: 'failed', taskErrors: ['exited with code 3'] };
    } else {
      yield { ...base, state: 'watching', healthy: 1 };
      yield { ...base, state: 'converged', healthy: 1 };
    }
  }
  return {
    ...fakeSwarm().swarm,
    async findImage(image) {
      if (image.includes('built')) return { id: 'sha256:1', sizeBytes: 1 };
      const builtFor = stack.foreign[image];
      return builtFor === undefined ? undefined : { id: 'sha256:2', sizeBytes: 1, application: builtFor };
    },
    async build({ tag }) {
      did.push('build');
      return { id: `sha256:${tag}`, sizeBytes: 2_000_000 };
    },
    async pull(image) {
      did.push(`pull ${image}`);
      return image;
    },
    async *apply(spec, signal) {
      specs.push(spec);
      const old = services.get(spec.name);
      if (old) before.set(spec.name, old);
      const { image, labels, name, replicas } = spec;
      services.set(name, { name, image, version: (old?.version ?? 0) + 1, replicas, running: replicas, labels });
      did.push(`apply ${stack.nameInStack(name)}`);
      yield* go(name, signal);
    },
    watch(name, _seconds, signal) {
      did.push(`watch ${stack.nameInStack(name)}`);
      return go(name, signal);
    },
    async rollBack(name) {
      const old = before.get(name);
      if (!old) return false;
      did.push(`roll back ${stack.nameInStack(name)}`);
      services.set(name, { ...old, updateState: 'rollback_completed' });
      return true;
    },
    async remove(name) {
      did.push(`remove ${stack.nameInStack(name)}`);
      services.delete(name);
    },
    async removeNetworksOf(_application, kept = []) {
      stack.networks = kept;
    },
    logs: async (name, { lines, times }) => ({
      lines: (stack.wrote[stack.nameInStack(name)] ?? [])
        .slice(-lines)
        .map((line) => (times ? line : line.replace(/^\S+ /, ''))),
      missing: [],
    }),
    inspect: async (name) => services.get(name),
    list: async () => [...services.values()],
  };
}
