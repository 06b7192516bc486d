import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { putFiles } from '../../src/swarm/containers/put-files.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { bodyAt } from './ingress-fixture.ts';
import { type DeploymentRow, openShipmate, type RunningShipmate } from './shipmate.ts';
import { docker } from './swarm-fixture.ts';

/** An application that answers with its `VERSION` and with what release commands have written into its volume. */
export interface ReleaseStage extends AsyncDisposable {
  shipmate: RunningShipmate;
  app: string;
  id: string;
  /** Sets settings, each exactly as it is. */
  set(settings: Record<string, string>): Promise<void>;
  /** @returns the id of the deployment. */
  begin(line: string): Promise<string>;
  /** Begins a deployment of `VERSION` and waits for its end. */
  deploy(version: string): Promise<DeploymentRow>;
  answer(): Promise<string>;
  /** Makes a file in the volume. */
  make(path: string): Promise<void>;
  /** Services of its one-off tasks. */
  oneOffs(): Promise<string[]>;
  /** Another name of its image, and so another version. */
  otherImage: string;
}

const server = `require('node:http').createServer((_, r) => {
  const fs = require('node:fs');
  r.end(process.env.VERSION + ' ' + (fs.existsSync('/data/ran') ? fs.readFileSync('/data/ran') : ''));
}).listen(8080)`.replaceAll('\n', ' ');

/** A word of a line. */
export function word(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

/** As a setting: a program of Node. */
export function program(script: string): string {
  return JSON.stringify(['node', '-e', script]);
}

export async function openReleaseStage(name: string): Promise<ReleaseStage> {
  const local = await ensureNodeBaseImage();
  // As of a registry that refuses at once: no lookup of a name keeps a test waiting.
  const [repo, tag = ''] = [`localhost:1/${name}`, ...local.split(':').slice(-1)];
  await docker.getImage(local).tag({ repo, tag });
  await docker.getImage(local).tag({ repo, tag: 'other' });
  const shipmate = await openShipmate();
  const app = `${shipmate.project}/${name}`;
  const created = await shipmate.command(`app create ${app} --type docker --image ${repo}:${tag} --port 8080`);
  const { id } = created.data as { id: string };
  const service = async () => {
    const filters = { label: [`${labelKeys.application}=${id}`] };
    return (await docker.listServices({ filters })).map(({ Spec }) => Spec);
  };

  async function set(settings: Record<string, string>): Promise<void> {
    const words = Object.entries(settings).map(([key, value]) => word(`${key}=${value}`));
    await shipmate.command(`app set ${app} ${words.join(' ')}`);
  }

  async function begin(line: string): Promise<string> {
    const { data } = await shipmate.command(line);
    return (data as { deployment: { id: string } }).deployment.id;
  }

  await set({ command: program(server) });
  await shipmate.command(`volume create ${shipmate.project}-data ${app} /data`);
  return {
    shipmate,
    app,
    id,
    set,
    begin,
    otherImage: `${repo}:other`,
    async deploy(version) {
      await shipmate.command(`env set ${app} VERSION=${version}`);
      return shipmate.deploymentEnds(await begin(`deploy ${app}`));
    },
    answer: () => bodyAt(shipmate.ingressPort, `${name}.${shipmate.project}.localhost`),
    async make(path) {
      const filters = { label: [`${labelKeys.application}=${id}`], status: ['running'] };
      const [container] = await docker.listContainers({ filters });
      await putFiles(docker.getContainer(container?.Id ?? ''), { [path]: '' });
    },
    oneOffs: async () =>
      (await service()).flatMap((spec) => (spec?.Labels?.[labelKeys.oneOff] ? [spec.Name ?? ''] : [])),
    async [Symbol.asyncDispose]() {
      await shipmate.close();
      for (const each of [tag, 'other']) await docker.getImage(`${repo}:${each}`).remove();
      const filters = JSON.stringify({ label: [`${labelKeys.application}=${id}`] });
      for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
    },
  };
}
