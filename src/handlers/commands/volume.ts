import { formatGb } from '../../units/sizes.ts';
import { volumeTypes } from '../../entities/volume.ts';
import { pinVolume } from '../../usecases/nodes/pin-volume.ts';
import { createVolume, listVolumes, removeVolume } from '../../usecases/applications/volumes.ts';
import { defineCommand } from '../command.ts';
import { choice, flag, named, optional, text } from '../options.ts';
import { plannedSize } from '../planned-size.ts';

export const volumeCreate = defineCommand({
  name: 'volume create',
  summary: 'Add a volume to an application; files under its path are kept',
  role: 'developer',
  answers: 'channel',
  options: {
    name: text('Name, unique in the swarm'),
    app: text('Application', 'application'),
    path: text('Absolute path in the container'),
    type: optional(named(choice('Type of volume (default docker_volume)', volumeTypes))),
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
        `\`${volume.name}\` is mounted at \`${volume.mountPath}\` with the next deployment: ` +
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
  options: { app: optional(text('Only for this application', 'application')) },
  async run({ deps, user }, { app }) {
    const volumes = await listVolumes(deps, user, app);
    if (volumes.length === 0) {
      return { tone: 'info', text: 'No volumes yet. `volume create <name> <app> <path>` creates one.', data: [] };
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
  summary: 'Remove a volume from its application; its data stays unless you add `--data`',
  role: 'admin',
  answers: 'channel',
  options: { name: text('Name of the volume'), data: flag('Delete its data') },
  examples: ['volume remove shop-uploads'],
  async run({ deps, user, origin }, { name, data }) {
    const { application, dockerVolume } = await removeVolume(deps, { user, origin, name, data });
    const rest = data
      ? 'Its data is deleted.'
      : `Running tasks keep it until \`redeploy ${application}\`. Its data stays: \`docker volume rm ${dockerVolume}\` deletes it.`;
    return {
      tone: 'success',
      text: `\`${name}\` is removed. ${rest}`,
      data: { name, application, dockerVolume, data },
    };
  },
});

export const volumePin = defineCommand({
  name: 'volume pin',
  summary: 'Run an application on another node; its volumes’ data stays on the old one',
  role: 'admin',
  answers: 'channel',
  options: { name: text('Name of the volume'), node: text('Host name of the node, as `node list` shows it') },
  examples: ['volume pin shop-uploads node-2'],
  async run({ deps, user, origin }, { name, node }) {
    const { application, from, to } = await pinVolume(deps, { user, origin, name, node });
    const old =
      from !== null && from !== to ? ` The data stays on \`${from}\`: copy it, or start with an empty volume.` : '';
    return {
      tone: 'success',
      text: `\`${application}\` runs on node \`${to}\` with the next deployment: \`redeploy ${application}\`.${old}`,
      data: { name, application, from, to },
    };
  },
});
