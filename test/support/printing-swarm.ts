import { once } from 'node:events';
import { labelKeys } from '../../src/swarm/labels.ts';
import { serviceName } from '../../src/swarm/names.ts';
import type { Beside, OneOffStatus } from '../../src/swarm/services/beside.ts';
import type { FollowedLine } from '../../src/swarm/services/log-options.ts';
import type { RolloutProgress, ServiceStatus, Swarm, SwarmNode } from '../../src/swarm/swarm.ts';
import type { Application } from '../../src/entities/application.ts';
import { fakeSwarm, swarmNode } from './fakes.ts';

/** Services that print what they are told, and one-off tasks that end as they are told. */
export function printingSwarm() {
  const changes = new EventTarget();
  const services = new Map<string, ServiceStatus>();
  const printed = new Map<string, FollowedLine[]>();
  const oneOffs = new Map<string, OneOffStatus & { end?: RolloutProgress }>();
  const started: Beside[] = [];
  const nodes: SwarmNode[] = [swarmNode()];
  /** Names of services whose log is being read. */
  const reading: string[] = [];
  let clock = Date.UTC(2026, 10, 28, 12);

  function changed(): void {
    changes.dispatchEvent(new Event('changed'));
  }

  async function change(signal: AbortSignal): Promise<void> {
    await once(changes, 'changed', { signal }).catch(() => undefined);
  }

  const swarm: Swarm = {
    ...fakeSwarm().swarm,
    inspect: async (name) => services.get(name),
    list: async () => [...services.values()],
    nodes: async () => nodes,
    nodesOf: async () => ['node1'],
    async *followLogs(name, { lines = Number.POSITIVE_INFINITY }, ended, signal) {
      reading.push(name);
      const all = printed.get(name) ?? [];
      printed.set(name, all);
      const until = AbortSignal.any([ended, signal]);
      try {
        for (let at = Math.max(0, all.length - lines); ; at += 1) {
          while (at >= all.length && !until.aborted) await change(until);
          signal.throwIfAborted();
          const line = all[at];
          if (!line) return;
          yield line;
        }
      } finally {
        reading.splice(reading.indexOf(name), 1);
      }
    },
    async *watch(name, _seconds, signal) {
      yield { state: 'rolling_out', healthy: 0, desired: 1, taskErrors: [], version: 1 };
      while (!oneOffs.get(name)?.end && oneOffs.has(name)) {
        await change(signal);
        signal.throwIfAborted();
      }
      const gone = {
        state: 'failed' as const,
        healthy: 0,
        desired: 0,
        taskErrors: ['the service was removed'],
        version: 0,
      };
      yield oneOffs.get(name)?.end ?? gone;
    },
    async runBeside(beside) {
      started.push(beside);
      oneOffs.set(beside.name, { name: beside.name, labels: beside.labels, createdAt: new Date() });
    },
    oneOffs: async () => [...oneOffs.values()],
    async remove(name) {
      oneOffs.delete(name);
      services.delete(name);
      changed();
    },
  };
  return {
    swarm,
    started,
    reading,
    nodes,
    /** A service of the application runs; of a stack, by its name in the compose file. */
    run({ id, name, project }: Application, service?: string): string {
      const full = service === undefined ? serviceName(project.name, name, id) : `${name}-${service}`;
      const labels = {
        [labelKeys.application]: id,
        ...(service !== undefined && { [labelKeys.stackService]: service }),
      };
      services.set(full, { name: full, image: 'image:1', version: 1, replicas: 1, running: 1, labels });
      return full;
    },
    print(service: string, ...texts: string[]): void {
      const lines = texts.map((text) => ({ time: new Date((clock += 1)).toISOString().replace('Z', '000000Z'), text }));
      const all = printed.get(service) ?? [];
      printed.set(service, all);
      all.push(...lines);
      changed();
    },
    end(name: string, exitCode: number, endedAt = new Date()): void {
      const one = oneOffs.get(name);
      if (!one) throw new Error(`no one-off task ${name}`);
      const base = { healthy: 0, desired: 0, version: 1 };
      one.endedAt = endedAt;
      one.end =
        exitCode === 0
          ? { ...base, state: 'converged', taskErrors: [] }
          : {
              ...base,
              state: 'failed',
              taskErrors: [`exited with code ${exitCode}`],
              failures: [{ task: 't', error: `exited with code ${exitCode}`, exitCode, lines: [] }],
            };
      changed();
    },
  };
}
