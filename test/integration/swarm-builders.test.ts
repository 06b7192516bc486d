import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BaseImages } from '../../src/config-base-images.ts';
import { ensureBuilderImages } from '../support/builder-image.ts';
import { docker, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

let images: BaseImages;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  images = await ensureBuilderImages();
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Builds the files and starts the image. */
async function serve(builder: string, files: Record<string, string>) {
  await using context = await folder(files);
  const asked = requestOf(context.path, { builder, generation: { images, port: 3000 } });
  await swarmWith().build(asked, quiet, new AbortController().signal);
  opened.push(() => docker.getImage(asked.tag).remove({ force: true }));
  const container = await docker.createContainer({ Image: asked.tag });
  opened.push(() => container.remove({ force: true }));
  await container.start();
  return {
    /** Status, caching and text of a path, as the container's own Node gets them. */
    async get(path: string): Promise<[number, string | null, string]> {
      const url = JSON.stringify(`http://127.0.0.1:3000${path}`);
      const script = `for (;;) {
        const answer = await fetch(${url}).catch(() => undefined);
        if (!answer) continue;
        console.log(JSON.stringify([answer.status, answer.headers.get('cache-control'), await answer.text()]));
        break;
      }`;
      const exec = await container.exec({
        Cmd: ['/usr/local/bin/node', '--input-type=module', '-e', script],
        AttachStdout: true,
        Tty: true,
      });
      let text = '';
      for await (const chunk of await exec.start({ Tty: true })) text += String(chunk);
      return JSON.parse(text) as [number, string | null, string];
    },
  };
}

describe('pages without a Dockerfile', () => {
  it('are served with caching, and a router gets unknown paths', async () => {
    const pages = await serve('static', {
      'index.html': 'start',
      'about.html': 'about',
      'docs/index.html': 'docs',
      'assets/app.3f2c9a1b.js': 'code',
      '.env': 'SECRET=1',
      '.well-known/security.txt': 'mail',
    });
    const fresh = 'no-cache';
    expect(await pages.get('/')).toEqual([200, fresh, 'start']);
    expect(await pages.get('/about')).toEqual([200, fresh, 'about']);
    expect(await pages.get('/docs/')).toEqual([200, fresh, 'docs']);
    expect(await pages.get('/orders/7')).toEqual([200, fresh, 'start']);
    expect(await pages.get('/assets/app.3f2c9a1b.js')).toEqual([200, 'public, max-age=31536000, immutable', 'code']);
    expect(await pages.get('/assets/gone.3f2c9a1b.js')).toEqual([404, fresh, '']);
    expect(await pages.get('/.env')).toEqual([404, fresh, '']);
    expect(await pages.get('/.well-known/security.txt')).toEqual([200, fresh, 'mail']);
  });

  it('that name what is not found answer 404 with that page', async () => {
    const pages = await serve('static', { 'index.html': 'start', '404.html': 'not here' });
    expect(await pages.get('/orders/7')).toEqual([404, 'no-cache', 'not here']);
  });
});

describe('a server without a Dockerfile', () => {
  const server =
    "require('http').createServer((q, r) => r.end(process.env.NODE_ENV + ' ' + require('fs').readFileSync('built', 'utf8'))).listen(process.env.PORT)";

  it('in Node is built and started by its scripts', async () => {
    const built = randomUUID();
    const scripts = { build: `node -e "fs.writeFileSync('built', '${built}')"`, start: 'node server.js' };
    const application = await serve('node', { 'package.json': JSON.stringify({ scripts }), 'server.js': server });
    expect(await application.get('/')).toEqual([200, null, `production ${built}`]);
  });

  it('is started by its Procfile', async () => {
    const application = await serve('procfile', {
      Procfile:
        "worker: node worker.js\nweb: node -e \"require('http').createServer((q, r) => r.end('web')).listen($PORT)\"\n",
      worker: '',
    });
    expect(await application.get('/')).toEqual([200, null, 'web']);
  });
});

it('the checkout is left as it was', async () => {
  await using context = await folder({ 'index.html': randomUUID() });
  const asked = requestOf(context.path, { builder: 'static', generation: { images } });
  await swarmWith().build(asked, quiet, new AbortController().signal);
  opened.push(() => docker.getImage(asked.tag).remove({ force: true }));
  expect(await readdir(context.path)).toEqual(['index.html']);
});
