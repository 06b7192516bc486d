import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuildRequest } from '../../src/swarm/swarm.ts';
import { fresh } from '../support/sleeping-build.ts';
import { docker, ensureBaseImage, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

const swarm = swarmWith();
const never = new AbortController().signal;
let tags: string[] = [];

beforeAll(ensureBaseImage);
afterEach(async () => {
  for (const tag of tags) await docker.getImage(tag).remove({ force: true });
  tags = [];
});

async function linesOf(context: string, settings: BuildRequest['settings'] = {}): Promise<string[]> {
  const lines: string[] = [];
  const asked = requestOf(context, { settings });
  await swarm.build(asked, { ...quiet, onLine: (text) => lines.push(text) }, never);
  tags.push(asked.tag);
  return lines;
}

const print = (expression: string) => `RUN ${JSON.stringify(['/usr/local/bin/node', '-p', expression])}\n`;

describe('builds that users of other tools have reported as broken', () => {
  it('have arguments as they are written: spaces, quotes, dollar signs, lines', async () => {
    const value = `some value with 'spaces' "quotes" $HOME \${X} 100%\n& a line`;
    await using context = await folder({
      Dockerfile: `${fresh()}ARG ODD\n${print('JSON.stringify(process.env.ODD)')}`,
    });
    expect(await linesOf(context.path, { build_args: { ODD: value } })).toContain(JSON.stringify(value));
  });

  it('copy through a link to a folder of the context', async () => {
    await using context = await folder({
      Dockerfile: `${fresh()}COPY ./src/python/requirements.txt /r\n${print("fs.readFileSync('/r', 'utf8')")}`,
      'lib/requirements.txt': 'flask==3',
      'src/keep': '',
    });
    await context.link('src/python', '../lib');
    expect(await linesOf(context.path)).toContain('flask==3');
  });

  it('read a Dockerfile in an ignored folder, which is in no image', async () => {
    const listing = "fs.readdirSync('/app', { recursive: true }).sort().join(' ')";
    await using context = await folder({
      'df-1/Dockerfile': `${fresh()}COPY . /app\n${print(listing)}`,
      'df-2/Dockerfile': '',
      '.dockerignore': 'df-*\nDockerfile\n.dockerignore\n',
      main: '',
    });
    expect(await linesOf(context.path, { dockerfile: 'df-1/Dockerfile' })).toContain('main');
  });

  it('begin with an argument that has no default', async () => {
    const [from = '', ...rest] = fresh().split('\n');
    const base = from.replace('FROM ', '');
    await using context = await folder({
      Dockerfile: `ARG BASE_IMAGE\nFROM $BASE_IMAGE\n${rest.join('\n')}${print("'it is ' + 1")}`,
    });
    expect(await linesOf(context.path, { build_args: { BASE_IMAGE: base } })).toContain('it is 1');
  });
});
