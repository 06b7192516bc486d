import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Project } from '../../../../src/entities/project.ts';
import { SharedVariable } from '../../../../src/entities/shared-variable.ts';
import { openStage, type Stage } from './stage.ts';
import type { StackSwarm } from './stack-swarm.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function share(stack: StackSwarm, values: Record<string, string>): Promise<void> {
  await stage.db.database.asSystem().transactional(async (em) => {
    const project = em.getReference(Project, stack.application.project.id);
    for (const [key, value] of Object.entries(values)) em.create(SharedVariable, { project, key, value });
  });
}

it('compose files and env files name what the project shares, as variables of the application do', async () => {
  const stack = await stage.application({ envVars: { HOST: '${shared.DB_HOST}' } });
  await share(stack, { DB_HOST: '10.0.0.5', LEVEL: 'debug' });
  stage.files = { '.env': 'FROM_FILE=${shared.LEVEL}\n' };
  const end = await stage.deploy(
    stack,
    `
services:
  web:
    image: w:1
    env_file: .env
    environment: { HOST: '$HOST', AT: '\${shared.DB_HOST}:5432', NONE: '\${shared.NONE:-none}', TEXT: '$$\{shared.X}' }`,
  );
  expect(end.status).toBe('success');
  expect(stack.specs[0]).toMatchObject({
    env: { HOST: '10.0.0.5', AT: '10.0.0.5:5432', NONE: 'none', TEXT: '${shared.X}', FROM_FILE: 'debug' },
  });
  expect(end.metadata.shared).toEqual(['DB_HOST', 'NONE']);
});

it.each([
  ['the file', '`compose.yaml`', 'environment: { A: "${shared.DB_HSOT}" }'],
  ['an env file', 'the env_file of `web`', 'env_file: .env'],
])('%s that names what is not shared fails with the closest name, and nothing is begun', async (_what, where, line) => {
  const stack = await stage.application();
  await share(stack, { DB_HOST: '10.0.0.5' });
  stage.files = { '.env': 'A=${shared.DB_HSOT}\n' };
  const end = await stage.deploy(stack, `services: { web: { image: i, ${line} } }`);
  expect(end.status).toBe('failed');
  expect(end.metadata.error).toBe(
    `${where} refers to \`\${shared.DB_HSOT}\`, which is not set. Did you mean \`DB_HOST\`? ` +
      `Share it: \`shared set ${stack.application.project.name} DB_HSOT=<value>\`.`,
  );
  expect(stack.didOf('apply')).toEqual([]);
});
