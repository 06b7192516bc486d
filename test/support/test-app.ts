import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { sendGitHubPush } from '../../scripts/support/git-host.ts';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { createSampleRepository } from '../../scripts/support/sample-repository.ts';
import { putFiles } from '../../src/swarm/containers/put-files.ts';
import { buildMark, buildSteps, makeFileIn } from './build-steps.ts';
import { patientCheck } from './patient-check.ts';
import type { DeploymentRow, RunningShipmate } from './shipmate.ts';
import { docker, runningContainers } from './swarm-fixture.ts';
import { until } from './until.ts';

export interface TestApp extends AsyncDisposable {
  /** e.g. `shop-1f3a9c02/hello` */
  name: string;
  id: string;
  host: string;
  /** Webhook secret. */
  secret: string;
  repository: string;
  commit(version: string, change?: Change): Promise<string>;
  /** Commits and sends the webhook, to another Shipmate if named. @returns the id of the deployment it made. */
  push(version: string, change?: Change, to?: RunningShipmate): Promise<string>;
}

const goFile = '/go';

/** Lets what is `held` of an application go on: steps of its build and tasks. Call it until it has been of use. */
export async function letGo(application: string, containers: readonly string[]): Promise<void> {
  await makeFileIn(await buildSteps(application), goFile);
  await Promise.allSettled(containers.map((id) => putFiles(docker.getContainer(id), { [goFile]: '' })));
}

/** The end of a deployment that was `held` and goes on from now on. */
export async function endsOnceLetGo(
  shipmate: RunningShipmate,
  { id }: TestApp,
  deployment: string,
): Promise<DeploymentRow> {
  let ended = false;
  const end = shipmate.deploymentEnds(deployment).finally(() => (ended = true));
  end.catch(() => {});
  const letItGo = async () => {
    const containers = await Promise.all((await servicesOf(id)).map(runningContainers));
    await letGo(id, containers.flat());
    return ended;
  };
  await until('the end', letItGo);
  return end;
}

interface Change {
  /** Its health check fails. */
  broken?: boolean;
  /** One step of the build, or the server's start, waits until `letGo`. */
  held?: 'build' | 'server';
  /** Program instead of the sample server. */
  server?: string;
}

/** A repository with the sample application, and its application in Shipmate. */
export async function createTestApp(
  shipmate: RunningShipmate,
  options: { name: string; settings?: string; exitsAtOnce?: boolean; base?: string },
): Promise<TestApp> {
  const base = options.base ?? (await ensureNodeBaseImage());
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-repository-'));
  const { path, commit } = await createSampleRepository(join(folder, options.name));
  await writeFile(join(path, 'health.js'), patientCheck('http://127.0.0.1:8080/healthz'));
  if (options.exitsAtOnce) await appendFile(join(path, 'server.js'), leaveAtOnce);
  const repository = `acme/${options.name}`;
  const name = `${shipmate.project}/${options.name}`;
  const source = `--repo ${path} --provider github --repository ${repository} --build-arg BASE=${base}`;
  const { data } = await shipmate.command(`app create ${name} ${source} ${options.settings ?? ''}`);
  const { id, webhook } = data as { id: string; webhook: { secret: string } };
  let head: string | undefined;

  async function commitVersion(version: string, change: Change = {}): Promise<string> {
    await writeFile(join(path, 'Dockerfile'), dockerfile(change, id));
    if (change.held === 'server') {
      const server = await readFile(join(path, 'server.js'), 'utf8');
      // It is that already from the second time on.
      if (!server.includes(goFile)) await rename(join(path, 'server.js'), join(path, 'held-server.js'));
      await writeFile(join(path, 'server.js'), untilGone(`require('./held-server.js')`));
    }
    if (change.server !== undefined) await writeFile(join(path, 'server.js'), change.server);
    return commit(version, { broken: change.broken === true });
  }

  return {
    name,
    id,
    host: `${options.name}.${shipmate.project}.localhost`,
    secret: webhook.secret,
    repository,
    commit: commitVersion,
    async push(version, change, to = shipmate) {
      const before = head;
      head = await commitVersion(version, change);
      const { status, body } = await sendGitHubPush({
        url: `${to.url}/webhooks/github`,
        secret: webhook.secret,
        repository,
        branch: 'main',
        before,
        after: head,
        message: `Version ${version}`,
      });
      const [deployment] = (body as { deployments?: { id: string }[] }).deployments ?? [];
      if (status !== 202 || !deployment) throw new Error(`webhook answered ${status} ${JSON.stringify(body)}`);
      return deployment.id;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const leaveAtOnce = `
process.removeAllListeners('SIGTERM');
process.on('SIGTERM', () => process.exit(0));
`;

/**
 * The base image has no shell. What stays the same comes first: a step that is not in the cache takes a container. One
 * failed check is enough, so its limit is far off: it includes the start of Node, for which busy machines took over 10 s.
 */
function dockerfile({ held }: Change, application: string): string {
  const step = (script: string) => `RUN ["node", "-e", "${script}", "${buildMark(application)}"]\n`;
  const waits = held === 'build' ? step(untilGone(`''`)) : '';
  // Failures do not count until then; with it, a version that is broken would not be found so.
  const patience = held === 'server' ? '--start-period=10m ' : '';
  return `ARG BASE
FROM \${BASE}
WORKDIR /app
HEALTHCHECK ${patience}--interval=300ms --timeout=2m --retries=1 CMD ["node", "/app/health.js"]
USER node
CMD ["node", "/app/server.js"]
COPY . .
${waits}`;
}

/** Polls for the file that `letGo` makes, then evaluates an expression. */
function untilGone(then: string): string {
  const look = `if (!require('fs').existsSync('${goFile}')) return; clearInterval(wait); ${then}`;
  return `const wait = setInterval(() => { ${look} }, 50)`;
}
