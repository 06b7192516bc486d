import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SampleRepository } from '../../scripts/support/sample-repository.ts';
import { type ComposeStage, openComposeStage } from '../support/compose-stage.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { bodyAt } from '../support/ingress-fixture.ts';
import type { DeploymentRow, RunningShipmate } from '../support/shipmate.ts';
import { until } from '../support/until.ts';

let stage: ComposeStage;
let shipmate: RunningShipmate;
let repository: SampleRepository;
let app: string;
let base: string;

beforeAll(async () => {
  stage = await openComposeStage('tasks');
  ({ app, base, repository, shipmate } = stage);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Migrates, from a folder of the repository into a volume; the server is there only once that has ended. */
function composeFile(migrate: string): string {
  return `
services:
  web:
    image: ${base}
    command: ["node", "-e", "require('node:http').createServer((_, r) => r.end(require('node:fs').readFileSync('/data/done'))).listen(8080)"]
    ports: ["8000:8080"]
    volumes: ["./data:/data", "./app.conf:/etc/app.conf:ro"]
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate:
    image: ${base}
    command: ["node", "-e", ${JSON.stringify(migrate)}]
    volumes: ["./data:/data", "./sql:/sql:ro"]
`;
}

async function deploy(): Promise<DeploymentRow> {
  const { data } = await shipmate.command(`deploy ${app}`);
  return shipmate.deploymentEnds((data as { deployment: { id: string } }).deployment.id);
}

async function answer(): Promise<string> {
  return bodyAt(shipmate.ingressPort, `tasks.${shipmate.project}.localhost`);
}

it('a task runs to its end before those that wait for it, with folders of the commit', async () => {
  await mkdir(join(repository.path, 'sql'));
  await writeFile(join(repository.path, 'sql', 'one.sql'), 'create');
  await writeFile(join(repository.path, 'app.conf'), 'x=1\n');
  const migrate = `const f = require('node:fs'); f.appendFileSync('/data/done', f.readFileSync('/sql/one.sql', 'utf8') + ';')`;
  await writeFile(join(repository.path, 'compose.yaml'), composeFile(migrate));
  await repository.commit('A stack with a task');
  const first = await deploy();
  expectSuccess(first);
  expect(first.logs).toContain('migrate: ended with exit code 0');
  expect(first.logs).toContain('Visitors reach `web` on its port 8080 through the ingress.');
  await until('the first answer', async () => (await answer()) === 'create;');
  await writeFile(join(repository.path, 'sql', 'one.sql'), 'alter');
  await repository.commit('A second migration');
  expectSuccess(await deploy());
  await until('both migrations', async () => (await answer()) === 'create;alter;');
  expect((await shipmate.command(`stop ${app}`)).data).toMatchObject({ running: 0 });
  expect((await shipmate.command(`start ${app}`)).data).toMatchObject({ running: 1 });
});

it('a task that fails ends the deployment, and what waits for it stays as it is', async () => {
  await writeFile(join(repository.path, 'compose.yaml'), composeFile('console.log("no table"); process.exit(3)'));
  await repository.commit('A broken migration');
  const end = await deploy();
  expectEnd(end, 'rolled_back');
  expect(end.metadata.error).toContain('`migrate` did not');
  expect(end.metadata.error).toContain('exited with code 3');
  expect(end.logs).toContain('migrate:   no table');
  expect(end.logs).not.toContain('web: rolling out');
  await until('an answer of the version before', async () => (await answer()) === 'create;alter;');
});

it('an image of a Dockerfile in the file, with a build secret, for services that extend one of another file', async () => {
  await shipmate.command(`env set ${app} BUILD_TOKEN --secret`, { secret: 'hunter2' });
  const look = `if (fs.readFileSync('/run/secrets/token', 'utf8').length !== 7) process.exit(3); fs.writeFileSync('/built', fs.readdirSync('/checkout').join(' '))`;
  await writeFile(join(repository.path, '.dockerignore'), '*.local\n');
  await writeFile(join(repository.path, 'left.local'), 'x');
  await mkdir(join(repository.path, 'common'));
  await writeFile(
    join(repository.path, 'common', 'base.yaml'),
    `
services:
  base:
    build:
      context: ..
      dockerfile_inline: |
        FROM ${base}
        COPY . /checkout
        RUN --mount=type=secret,id=token ["/usr/local/bin/node", "-e", ${JSON.stringify(look)}]
      secrets: [{ source: build-token, target: token }]
    env_file: ../app.env
`,
  );
  await writeFile(join(repository.path, 'app.env'), 'GREETING="built ${NAME:-well}"\n');
  await writeFile(
    join(repository.path, 'compose.yaml'),
    `
services:
  web:
    extends: { file: common/base.yaml, service: base }
    command: ["node", "-e", "require('node:http').createServer((_, r) => r.end(process.env.GREETING + ' ' + require('node:fs').readFileSync('/data/list'))).listen(8080)"]
    ports: ["8000:8080"]
    volumes: ["list:/data"]
    depends_on: { copy: { condition: service_completed_successfully } }
  copy:
    extends: { file: common/base.yaml, service: base }
    command: ["node", "-e", "fs.copyFileSync('/built', '/data/list')"]
    volumes: ["list:/data"]
volumes: { list: }
secrets: { build-token: { environment: BUILD_TOKEN } }
`,
  );
  await repository.commit('An image of its own');
  const end = await deploy();
  expect(end.logs).toContain('Using the builder dockerfile because the compose file has the Dockerfile');
  expectSuccess(end);
  expect(end.logs).not.toContain('hunter2');
  await until('the answer of the new image', async () => (await answer()).startsWith('built well'));
  const files = (await answer()).replace('built well ', '').split(' ');
  expect(files).toEqual(expect.arrayContaining(['common', 'compose.yaml', 'app.env']));
  expect(files).not.toContain('left.local');
  expect(files.filter((name) => name.startsWith('.shipmate'))).toEqual([]);
});
