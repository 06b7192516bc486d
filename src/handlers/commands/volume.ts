import { formatGb } from '../../units/sizes.ts';
import { volumeTypes } from '../../entities/volume.ts';
import { pinVolume } from '../../usecases/nodes/pin-volume.ts';
import { createVolume, listVolumes, removeVolume } from '../../usecases/applications/volumes.ts';
import { defineCommand } from '../command.ts';
import { choice, flag, named, optional, text } from '../options.ts';
import { plannedSize } from '../planned-size.ts';

export const volumeCreate = defineCommand({
  name: 'volume create',
  summary: 'Give an application a volume, which keeps what is written to its path',
  role: 'developer',
  answers: 'channel',
  options: {
    name: text('Name, unique on the Swarm'),
    app: text('Application', 'application'),
    path: text('Absolute path in the container'),
    type: optional(named(choice('Kind of volume, docker_volume unless you say otherwise', volumeTypes))),
    size: optional(plannedSize()),
    server: optional(named(text('NFS server of an `nfs` volume'))),
    export: optional(named(text('Exported path of an `nfs` volume'))),
    driver: optional(named(text('Volume plugin of an `s3` volume'))),
  },
  examples: [
    'volume create shop-uploads shop/api /data/uploads --size 20G',
    'volume create shop-media shop/api /media --type nfs --server files.example.com --export /exports/shop',
  ],
  async run({ deps, user, origin }, input) {
    const volume = await createVolume(deps, {
      user,
      origin,
      name: input.name,
      application: input.app,
      mountPath: input.path,
      type: input.type ?? 'docker_volume',
      sizeGb: input.size ?? 1,
      server: input.server,
      path: input.export,
      driver: input.driver,
    });
    return {
      tone: 'success',
      text:
        `\`${volume.name}\` is mounted at \`${volume.mountPath}\` from the next deployment on: ` +
        `\`redeploy ${input.app}\`.`,
      data: { id: volume.id, name: volume.name, mountPath: volume.mountPath, type: volume.type, sizeGb: volume.sizeGb },
    };
  },
});

export const volumeList = defineCommand({
  name: 'volume list',
  summary: 'List the volumes you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Only of this application', 'application')) },
  async run({ deps, user }, { app }) {
    const volumes = await listVolumes(deps, user, app);
    if (volumes.length === 0) {
      return { tone: 'info', text: 'No volumes yet. `volume create <name> <app> <path>` makes one.', data: [] };
    }
    return {
      tone: 'info',
      title: 'Volumes',
      table: {
        columns: ['Volume', 'Application', 'Path', 'Type', 'Size', 'Node'],
        rows: volumes.map(({ volume, application }) => [
          volume.name,
          application ?? '',
          volume.mountPath,
          volume.type,
          formatGb(volume.sizeGb),
          volume.nodeName ?? '',
        ]),
      },
      data: volumes.map(({ volume, application }) => ({
        id: volume.id,
        name: volume.name,
        application: application ?? null,
        mountPath: volume.mountPath,
        type: volume.type,
        sizeGb: volume.sizeGb,
        options: volume.options,
        node: volume.nodeName ?? null,
      })),
    };
  },
});

export const volumeRemove = defineCommand({
  name: 'volume remove',
  summary: 'Take a volume off its application; its data stay unless you say `--data`',
  role: 'admin',
  answers: 'channel',
  options: { name: text('Name of the volume'), data: flag('Deletes what is in it') },
  examples: ['volume remove shop-uploads'],
  async run({ deps, user, origin }, { name, data }) {
    const { application, dockerVolume } = await removeVolume(deps, { user, origin, name, data });
    const rest = data
      ? 'Its data are deleted.'
      : `What runs keeps it until \`redeploy ${application}\`; its data stay: \`docker volume rm ${dockerVolume}\` deletes them.`;
    return {
      tone: 'success',
      text: `\`${name}\` is removed. ${rest}`,
      data: { name, application, dockerVolume, data },
    };
  },
});

export const volumePin = defineCommand({
  name: 'volume pin',
  summary: 'Run an application on another node; the data of its volumes stay where they are',
  role: 'admin',
  answers: 'channel',
  options: { name: text('Name of the volume'), node: text('Host name of the node, as `node list` shows it') },
  examples: ['volume pin shop-uploads node-2'],
  async run({ deps, user, origin }, { name, node }) {
    const { application, from, to } = await pinVolume(deps, { user, origin, name, node });
    const old =
      from !== null && from !== to ? ` The data stay on \`${from}\`: copy them, or begin with an empty volume.` : '';
    return {
      tone: 'success',
      text: `\`${application}\` runs on node \`${to}\` from the next deployment on: \`redeploy ${application}\`.${old}`,
      data: { name, application, from, to },
    };
  },
});
