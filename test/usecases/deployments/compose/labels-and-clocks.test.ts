import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it('label files come before the labels of the file, and take no variables', async () => {
  const stack = await stage.application({ envVars: { API_KEY: 'k' } });
  stage.files = {
    'a.labels': 'com.example.team=shop\ncom.example.tier="web"\n',
    'b.labels': 'com.example.tier=api\nkey=$API_KEY\n',
  };
  const end = await stage.deploy(
    stack,
    'services: { web: { image: w:1, label_file: [a.labels, ./b.labels], labels: { com.example.team: own } } }',
  );
  expect(end.status).toBe('success');
  expect(stack.specs[0]?.extras?.labels).toEqual({ 'com.example.team': 'own', 'com.example.tier': 'api', key: '' });
});

it('the time zone of a node is left out with advice, unless an admin allows it', async () => {
  const stack = await stage.application();
  const compose = `
services:
  git: { image: g:1, volumes: ['/etc/timezone:/etc/timezone:ro', '/etc/localtime:/etc/localtime', 'data:/data'] }
  web: { image: w:1, volumes: ['/etc/localtime:/etc/localtime:ro'] }
volumes: { data: {} }`;
  const end = await stage.deploy(stack, compose);
  expect(end.status).toBe('success');
  expect(stack.specs.map(({ extras }) => extras?.hostPaths)).toEqual([[], []]);
  expect(end.logs).toContain(
    '`/etc/localtime` and `/etc/timezone` of `services.git` and `services.web` are left out: nodes may differ in their time ' +
      'zone. Set one with the variable `TZ` under `environment`, e.g. `TZ: Europe/Berlin`.',
  );
  stage.hostPaths = ['/etc/localtime'];
  const allowed = await stage.application({ sourceConfig: { compose_grants: ['path:/etc/localtime'] } });
  expect((await stage.deploy(allowed, compose)).status).toBe('success');
  expect(allowed.specs.map(({ extras }) => extras?.hostPaths)).toEqual([
    [{ source: '/etc/localtime', target: '/etc/localtime', readOnly: false }],
    [{ source: '/etc/localtime', target: '/etc/localtime', readOnly: true }],
  ]);
  stage.hostPaths = [];
});
