import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from './free-port.ts';
import { sendGitHubPush, sendGitHubRequest } from './git-host.ts';
import { removeIngress, removeServices, servicesOfProject } from './remove-services.ts';
import { removeTraces } from './remove-traces.ts';
import { createSampleRepository } from './sample-repository.ts';
import { type ShipmateProcess, startShipmate } from './shipmate-process.ts';

export interface DemoStage {
  process: ShipmateProcess;
  ports: { http: number; ingress: number };
  url: string;
  /** Where visitors find the application. */
  host: string;
  token: string;
  /** Rows that Docker's objects are labelled with, once they exist. */
  ids: { project: string; application: string } | undefined;
  /** Links, and creates project and application. */
  setUp(): Promise<void>;
  /** Says a line in the console and waits for an answer that matches. */
  say(line: string, answer: RegExp): Promise<RegExpMatchArray>;
  /** Commits a version and sends the webhook. */
  push(version: string, broken: boolean): Promise<{ status: number; body: unknown }>;
  /** Opens a pull request of the version that was committed last. */
  request(number: number): Promise<{ status: number; body: unknown }>;
  visit(): Promise<string>;
  /** Stops Shipmate and removes what it has made on the Swarm. */
  leave(): Promise<void>;
}

interface StageOptions {
  folder: string;
  ports: { http: number; ingress: number };
  baseImage: string | Promise<string>;
  /** More settings of Shipmate. */
  env?: Record<string, string>;
  detached: boolean;
  onLine(line: string): void;
}

const repositoryName = 'acme/hello';

/** A Shipmate of its own on this machine's Swarm, and a repository to push to. */
export async function openStage(options: StageOptions): Promise<DemoStage> {
  const { folder, ports, baseImage, env, detached, onLine } = options;
  const repository = await createSampleRepository(join(folder, 'hello'));
  const url = `http://127.0.0.1:${ports.http}`;
  const shipmate = startShipmate({
    env: {
      SHIPMATE_DATA_DIR: join(folder, 'data'),
      SHIPMATE_LOCAL_REPOSITORIES: repository.path,
      SHIPMATE_PORT: String(ports.http),
      SHIPMATE_PUBLIC_URL: url,
      SHIPMATE_INGRESS_HTTP_PORT: String(ports.ingress),
      SHIPMATE_INGRESS_HTTPS_PORT: String(await freePort()),
      SHIPMATE_LOG_LEVEL: 'error',
      DATABASE_URL: '',
      ...env,
    },
    onLine,
    ...(detached && { detachedLog: join(folder, 'shipmate.log') }),
  });
  let secret = '';
  let head: string | undefined;

  async function say(line: string, answer: RegExp): Promise<RegExpMatchArray> {
    const answered = shipmate.waitFor(answer);
    shipmate.say(line);
    return answered;
  }

  const stage: DemoStage = {
    process: shipmate,
    ports,
    url,
    host: 'hello.shop.localhost',
    token: '',
    ids: undefined,
    say,
    async setUp() {
      const [, code] = await shipmate.waitFor(/`link ([^`]+)`/, { from: 0 });
      await say(`link ${code}`, /Welcome/);
      stage.token = (await say('token create demo', /(shp_[\w-]+)/))[1] ?? '';
      await say('project create shop', /Project .* is created/);
      const source = `--repo ${repository.path} --provider github --repository ${repositoryName}`;
      const create = `app create shop/hello ${source} --port 8080 --replicas 2 --build-arg BASE=${await baseImage}`;
      secret = (await say(create, /Secret\s+(\S+)/))[1] ?? '';
      stage.ids = { project: await idOf('project show shop'), application: await idOf('app show shop/hello') };
    },
    async push(version, broken) {
      const message = `Version ${version}${broken ? ', broken' : ''}`;
      const before = head;
      head = await repository.commit(version, { broken, message });
      const push = { secret, repository: repositoryName, branch: 'main', before, after: head, message };
      return sendGitHubPush({ ...push, url: `${url}/webhooks/github` });
    },
    request: (number) =>
      sendGitHubRequest({
        url: `${url}/webhooks/github`,
        secret,
        repository: repositoryName,
        branch: 'main',
        head: head ?? '',
        number,
      }),
    visit: () => get(ports.ingress, stage.host),
    async leave() {
      await shipmate.stop();
      const services = stage.ids ? await servicesOfProject(stage.ids.project) : [];
      await Promise.all([removeServices(services), removeIngress(ports.ingress)]);
      if (stage.ids) await removeTraces(stage.ids);
    },
  };

  /** Over HTTP, so that the conversation stays one of people. */
  async function idOf(line: string): Promise<string> {
    const response = await fetch(`${url}/api/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.token}` },
      body: JSON.stringify({ line }),
    });
    const { data } = (await response.json()) as { data?: { id?: string } };
    if (!data?.id) throw new Error(`\`${line}\` returned no id`);
    return data.id;
  }

  return stage;
}

function get(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      text(response).then((body) => resolve(body.trim()), reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
