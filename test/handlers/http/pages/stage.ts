import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { executeSql } from '../../../../src/database/database.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import type { Deployment } from '../../../../src/entities/deployment.ts';
import { Project } from '../../../../src/entities/project.ts';
import type { TeamRole } from '../../../../src/entities/team-member.ts';
import { commands } from '../../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../../src/handlers/dispatch.ts';
import { connectionLimits } from '../../../../src/handlers/http/connection-limits.ts';
import { createHttp } from '../../../../src/handlers/http/http.ts';
import { deploymentPageUrl } from '../../../../src/usecases/deployments/deployment-page-url.ts';
import {
  changeDeployment,
  type DeploymentChange,
  deploymentChannel,
} from '../../../../src/usecases/deployments/deployment-state.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment, makeProject, makeTeam } from '../../../support/factories.ts';
import { fakeDeps } from '../../../support/fakes.ts';
import { makePerson, type Person } from '../../../support/person.ts';

export interface PageStage {
  deps: Deps;
  url: string;
  /** A developer who owns `shop/api`. */
  ada: Person;
  deploy(over?: Partial<Deployment>): Promise<Deployment>;
  /** Adds lines as a running deployment does, and tells whoever listens. */
  write(deployment: Deployment, messages: string[], level?: string): Promise<void>;
  change(deployment: Deployment, change: DeploymentChange): Promise<void>;
  /** Puts the person into a team that the project belongs to, beside Ada who owns it. */
  share(person: Person, role: TeamRole): Promise<void>;
  /** Path and query of the link in chat. */
  link(deployment: Deployment): string;
  /** Where `open` leads, for a browser that is not signed in yet. */
  signInLink(person: Person, line?: string): Promise<string>;
  /** Stops listening and listens again at the same address, as a new process would. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const commit: DeploymentMetadata = {
  ref: 'main',
  commit_title: 'Show the cart’s total',
  commit_author: 'Grace Hopper',
  requested_by: 'ada (slack)',
};

/** Shipmate's HTTP over a database of its own, with one application. */
export async function makePageStage(): Promise<PageStage> {
  const test = await createTestDatabase();
  let deps = fakeDeps(test.database);
  let running = await listen(deps, 0);
  const { port } = running.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  deps = { ...deps, config: { ...deps.config, publicUrl: url } };
  await close(running);
  running = await listen(deps, port);
  const ada = await makePerson(deps, 'developer');
  const application = await makeShop(test, ada);

  return {
    deps,
    url,
    ada,
    deploy: (over) => makeDeployment(test.database, { application, metadata: commit, ...over }),
    async write(deployment, messages, level = 'info') {
      await test.database.asSystem().transactional(async (em) => {
        await executeSql(
          em,
          `insert into deployment_logs (deployment_id, level, message)
           select $1, $2, message from unnest($3::text[]) with ordinality as line (message, position) order by position`,
          [deployment.id, level, messages],
        );
        await test.database.notify(em, deploymentChannel, deployment.id);
      });
    },
    async change({ id }, change) {
      await test.database.asSystem().transactional((em) => changeDeployment(deps, em, id, change));
    },
    async share(person, role) {
      const team = await makeTeam(test.database, [
        [ada.user, 'owner'],
        [person.user, role],
      ]);
      const project = { id: application.project.id };
      await test.database.asSystem().nativeUpdate(Project, project, { team: team.id });
    },
    link: (deployment) => deploymentPageUrl(deps, deployment).slice(url.length),
    async signInLink(person, line = 'open') {
      const { link } = await person.type(line);
      if (!link) throw new Error(`\`${line}\` gave no link`);
      return link.url.slice(url.length);
    },
    async restart() {
      await close(running);
      running = await listen(deps, port);
    },
    async close() {
      await close(running);
      await test.close();
    },
  };
}

async function makeShop({ database }: TestDatabase, ada: Person) {
  const project = await makeProject(database, {
    name: 'shop',
    owner: ada.user,
    description: 'Everything the shop needs',
  });
  const application = await makeApplication(database, {
    name: 'api',
    project,
    status: 'running',
    sourceConfig: { clone_url: 'https://github.com/acme/api.git' },
    dockerConfig: { ports: [{ container: 80 }] },
  });
  return application;
}

async function listen(deps: Deps, port: number) {
  const stopping = new AbortController();
  const http = createHttp(deps, async () => createDispatcher(deps, commands), { stopping: stopping.signal });
  const server = createServer(connectionLimits, http);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, stopping };
}

/** Nothing is cut off: the pages' streams have to end by themselves. */
async function close({ server, stopping }: Awaited<ReturnType<typeof listen>>): Promise<void> {
  stopping.abort();
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
}
