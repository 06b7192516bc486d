import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { ensureNodeBaseImage } from './support/base-image.ts';
import { type DemoStage, openStage } from './support/demo-stage.ts';
import { freePort } from './support/free-port.ts';
import { preparedIngressImage } from './support/ingress-image.ts';
import { type LoadResult, startLoad } from './support/load.ts';

/** Requests a second while the second version is rolled out. */
const rate = 50;

async function main(keep: boolean): Promise<void> {
  const started = performance.now();
  heading('Starting Shipmate on the local Docker Swarm, with a sample repository');
  say('Preparing the image of the ingress, and a base image from the local Node, so that no registry is needed.');
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-demo-'));
  // PostgreSQL runs as another user where this is root, and has to reach its folder in this one.
  await chmod(folder, 0o711);
  const ports = { http: await freePort(), ingress: await freePort() };
  // Needed by the first build only: made while Shipmate starts.
  const baseImage = ensureNodeBaseImage();
  // Whoever awaits it later is told.
  baseImage.catch(() => undefined);
  const ingressImage = await preparedIngressImage();
  const stage = await openStage({
    folder,
    ports,
    baseImage,
    // The sample application is checked twice a second.
    env: { SHIPMATE_INGRESS_IMAGE: ingressImage, SHIPMATE_MONITOR_SECONDS: '1' },
    detached: keep,
    onLine: (line) => console.log(`  ${line}`),
  });
  let ended = false;
  try {
    await play(stage);
    ended = true;
  } finally {
    if (keep && ended) howToGoOn(stage, folder);
    else await cleanUp(stage, folder);
  }
  console.log(`demo: ok in ${Math.round((performance.now() - started) / 1000)} s`);
}

async function play(stage: DemoStage): Promise<void> {
  heading('Linking the first user and creating an application');
  await stage.setUp();

  heading('A git push: the git host sends a signed webhook');
  await push(stage, '1', { ends: /done in/ });
  await answers(stage, '1');

  heading(`A second version, under ${rate} requests per second`);
  const load = startLoad({ port: stage.ports.ingress, host: stage.host }, rate);
  await push(stage, '2', { ends: /done in/ });
  report(await load.stop());
  await answers(stage, '2');

  heading('A third version, broken');
  await push(stage, '3', { broken: true, ends: /rolled back/ });
  await answers(stage, '2');

  heading('A manual rollback to the first version');
  await stage.say('rollback shop/hello', /done in/);
  await answers(stage, '1');
  await stage.say('history shop/hello', /rolled back/);
}

async function push(stage: DemoStage, version: string, options: { broken?: boolean; ends: RegExp }): Promise<void> {
  say(`$ git commit --message "Version ${version}${options.broken ? ', broken' : ''}" && git push`);
  const end = stage.process.waitFor(options.ends, { timeoutMs: 180_000 });
  const { status, body } = await stage.push(version, options.broken === true);
  say(`webhook answered ${status} ${JSON.stringify(body)}`);
  if (status !== 202) throw new Error('the webhook was not accepted');
  await end;
}

async function answers(stage: DemoStage, version: string): Promise<void> {
  const text = await stage.visit();
  say(`$ curl http://${stage.host}:${stage.ports.ingress}/`);
  say(text);
  if (!text.includes(`"version":"${version}"`)) throw new Error(`expected version ${version} to answer`);
}

function report({ requests, failed, p50, p99, errors }: LoadResult): void {
  say(`${requests} requests, ${failed} failed; p50 ${p50} ms, p99 ${p99} ms`);
  if (failed > 0) throw new Error(`requests failed during the update: ${JSON.stringify([...errors])}`);
}

function howToGoOn(stage: DemoStage, folder: string): void {
  heading('Shipmate keeps running');
  say(`Application   http://${stage.host}:${stage.ports.ingress}/`);
  say(`Commands      SHIPMATE_URL=${stage.url} SHIPMATE_TOKEN=${stage.token} bin/shipmate.mjs status`);
  say(`Stop          kill ${stage.process.child.pid} (its data stays in ${folder}, and the application keeps serving)`);
  stage.process.child.unref();
}

async function cleanUp(stage: DemoStage, folder: string): Promise<void> {
  heading('Cleaning up');
  say('Stopping Shipmate; removing the application with its images and network, and the ingress.');
  await stage.leave();
  await removeEmbeddedPostgres(join(folder, 'data'));
  await rm(folder, { recursive: true, force: true });
}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

function say(text: string): void {
  console.log(`  ${styleText('dim', text)}`);
}

try {
  await main(process.argv.includes('--keep'));
  process.exit(0);
} catch (error) {
  console.error(`\ndemo: failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
