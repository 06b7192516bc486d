import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toEngineSpec } from '../../../../src/swarm/services/service-spec.ts';
import type { ServiceSpec } from '../../../../src/swarm/swarm.ts';
import {
  applySettings,
  type SettingsDraft,
  settings,
} from '../../../../src/usecases/applications/application-settings.ts';
import { openStage, type Stage } from './stage.ts';

/** What of a service spec reaches beyond its containers. */
function powersOf(spec: ServiceSpec): Record<string, unknown> {
  const networks = [spec.network, ...(spec.ownNetworks ?? [])].flatMap((one) => (one ? [{ id: 'overlay' }] : []));
  const secrets = Object.fromEntries(Object.keys(spec.secretFiles).map((key) => [key, { id: key, name: key }]));
  const { EndpointSpec, TaskTemplate } = sentOf(toEngineSpec(spec, { networks, secrets }));
  const {
    CapabilityAdd,
    Devices,
    Isolation,
    Mounts = [],
    Privileges,
    Sysctls,
    UsernsMode,
  } = TaskTemplate.ContainerSpec;
  const found = {
    CapabilityAdd,
    Devices,
    Isolation,
    Privileges,
    Sysctls,
    UsernsMode,
    binds: Mounts.filter(({ Type }) => Type !== 'volume' && Type !== 'tmpfs').map(({ Source }) => Source),
    networks: (TaskTemplate.Networks ?? []).map(({ Target }) => Target).filter((one) => one !== 'overlay'),
    ports: (EndpointSpec?.Ports ?? []).map(({ PublishedPort }) => PublishedPort),
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined && Object.keys(value).length > 0),
  );
}

function sentOf(spec: object): EngineSpec {
  return JSON.parse(JSON.stringify(spec)) as EngineSpec;
}

interface EngineSpec {
  TaskTemplate: {
    ContainerSpec: Record<string, object | undefined> & { Mounts?: { Type: string; Source: string }[] };
    Networks?: { Target: string }[];
  };
  EndpointSpec?: { Ports?: { PublishedPort: number }[] };
}

describe('of a compose application, the Engine is given', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const compose = `
services:
  web:
    image: w:1
    user: "1000"
    volumes: [data:/data, { type: tmpfs, target: /tmp }]
    networks: { back: { aliases: [www] } }
    ulimits: { nofile: 1024 }
    cap_drop: [ALL]
    extra_hosts: ["a:10.0.0.1"]
    dns: [10.0.0.2]
    shm_size: 64m
    ports: ["80:80"]
    deploy: { replicas: 2 }
volumes: { data: {} }
networks: { back: { internal: true } }`;

  it('nothing beyond containers for what nobody had to allow', async () => {
    const stack = await stage.application();
    expect((await stage.deploy(stack, compose)).status).toBe('success');
    expect(stack.specs.map(powersOf)).toEqual([{}]);
  });

  it('exactly what an admin allowed', async () => {
    const sourceConfig = {
      compose_grants: ['cap:NET_ADMIN', 'sysctl:net.core.somaxconn'],
      compose_host_ports: [15432],
    };
    const stack = await stage.application({ sourceConfig });
    const more = `
services:
  web:
    image: w:1
    cap_add: [NET_ADMIN]
    sysctls: { net.core.somaxconn: 1024 }
    ports: [{ target: 5432, published: 15432, mode: host }]`;
    expect((await stage.deploy(stack, more)).metadata.error).toBeUndefined();
    expect(stack.specs.map(powersOf)).toEqual([
      { CapabilityAdd: ['NET_ADMIN'], Sysctls: { 'net.core.somaxconn': '1024' }, ports: [15432] },
    ]);
  });
});

describe('of an application with settings, the Engine is given', () => {
  function powersWith(names: string[]) {
    const draft: SettingsDraft = { source: {}, docker: {}, replicas: 1 };
    const assignments = names.map((name): [string, string] => [name, settings[name]?.example ?? '']);
    const { docker, replicas } = applySettings(draft, assignments);
    const spec = { name: 'shop-api', image: 'i:1', env: {}, secretFiles: {}, network: 'shop', labels: {} };
    return powersOf({ ...spec, docker, replicas, monitorSeconds: 0 });
  }
  const names = Object.keys(settings);

  it('nothing beyond containers by every setting of a member', () => {
    expect(powersWith(names.filter((name) => !settings[name]?.admin))).toEqual({});
  });

  it('a port of the nodes at most by those of admins', () => {
    expect(powersWith(names)).toEqual({ ports: [9000] });
  });
});
