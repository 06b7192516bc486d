import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtempDisposable, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { completionScript } from '../../src/cli/completion-script.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { complete } from '../../src/handlers/completions.ts';
import { unpackPackages } from '../../src/host/debian-packages.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { bareEnvironment } from '../support/bare-environment.ts';
import { until } from '../support/until.ts';

const execute = promisify(execFile);

/** Starting the program takes most of the time. To the same words it says the same in each shell, so it is started once. */
const programThatKeepsAnswers = `#!/bin/sh
case $* in */*) exec program "$@" ;; esac
said="$HOME/said $*"
[ -s "$said" ] || { program "$@" > "$said.$$" && mv "$said.$$" "$said"; } || exit
cat "$said"
`;

let server: Server;
let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  // Of a stranger, who is offered what is declared and no names.
  server = createServer((request, response) => {
    const line = new URL(request.url ?? '', 'http://shipmate.test').searchParams.get('line') ?? '';
    const repositories = line.startsWith('app create x --repo https:') ? ['https://github.com/acme/api'] : [];
    void complete(commands, line, { deps: {} as Deps, user: undefined }).then(({ fragment, matches }) =>
      response.end(JSON.stringify({ fragment, matches: [...matches, ...repositories] })),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-completion-'));
  await symlink(resolve('bin/shipmate.mjs'), join(folder.path, 'program'));
  await writeFile(join(folder.path, 'shipmate'), programThatKeepsAnswers, { mode: 0o755 });
  const { port } = server.address() as AddressInfo;
  env = {
    ...bareEnvironment(),
    PATH: [folder.path, resolve(process.execPath, '..'), process.env['PATH']].join(delimiter),
    HOME: folder.path,
    SHIPMATE_URL: `http://127.0.0.1:${port}`,
  };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await folder[Symbol.asyncDispose]();
});

/** A shell of Debian's, unpacked beside this machine's own. */
async function shell(name: 'fish' | 'zsh'): Promise<{ root: string; program: string; libraries: string }> {
  const root = await unpackPackages([name], resolve('node_modules/.cache/shipmate/packages', name));
  const library = join(root, 'usr/lib');
  await mkdir(library, { recursive: true });
  const libraries = (await readdir(library)).map((one) => join(library, one)).join(':');
  return { root, libraries, program: join(root, name === 'zsh' ? 'bin/zsh' : 'usr/bin/fish') };
}

/** What each shell would offer at the end of the line. */
const offers: Record<string, (line: string) => Promise<string>> = {
  async bash(line) {
    const words = line.split(/ |(?<=:)|(?=:)/);
    const text = `${completionScript('bash')}
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_CWORD=$2; shift 2; COMP_WORDS=("$@")
      _shipmate; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return (await execute('bash', ['-c', text, 'bash', line, String(words.length - 1), ...words], { env })).stdout;
  },
  async zsh(line) {
    const { libraries, program, root } = await shell('zsh');
    const words = line.split(' ');
    const modules = `module_path=(${join(root, 'usr/lib')}/*/zsh/*(N))`;
    // What `compadd` is given is what zsh would offer.
    const text = `${modules}; compadd() { shift; print -rl -- "$@" }
      ${completionScript('zsh')}
      CURRENT=$1; shift; words=("$@"); _shipmate`;
    const args = ['-f', '-c', text, 'zsh', String(words.length), ...words];
    return (await execute(program, args, { env: { ...env, LD_LIBRARY_PATH: libraries } })).stdout;
  },
  async fish(line) {
    const { libraries, program } = await shell('fish');
    const text = `${completionScript('fish')}\ncomplete -C $argv[1]`;
    const args = ['--no-config', '-c', text, line];
    return (await execute(program, args, { env: { ...env, LD_LIBRARY_PATH: libraries } })).stdout;
  },
};

describe.each(Object.keys(offers))('completion in %s', (name) => {
  /** Asked again where a busy machine had no answer within the time that a person waits. */
  async function expectOffered(line: string, expected: string[]): Promise<void> {
    await until(`${line}: ${expected.join(' ')}`, async () => {
      const offered = ((await offers[name]?.(line)) ?? '').trim().split('\n');
      return isDeepStrictEqual(offered, expected);
    });
  }

  it('offers commands, the words behind a noun, and options', async () => {
    await expectOffered('shipmate sta', ['start', 'status']);
    await expectOffered('shipmate comp', ['completion']);
    await expectOffered('shipmate lin', ['link']);
    const verbs = commands.flatMap((command) => /^project (.+)/.exec(command.name)?.[1] ?? []);
    await expectOffered('shipmate project ', verbs.sort());
    await expectOffered('shipmate deploy x --f', ['--file', '--force']);
  });

  it('offers nothing where nothing fits', async () => {
    await expectOffered('shipmate nonsense ', ['']);
  });
});

it('takes off what Bash keeps of a word with a colon', async () => {
  const line = 'shipmate app create x --repo https://gi';
  expect((await offers['bash']?.(line))?.trim()).toBe('//github.com/acme/api');
});

it('names the shells there are', () => {
  expect(() => completionScript('zhs')).toThrow('Did you mean `shipmate completion zsh`?');
});
