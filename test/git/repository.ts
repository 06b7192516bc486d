import { execFile, type ExecFileOptions, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitIdentity } from '../../scripts/support/sample-repository.ts';

const run = promisify(execFile);

export interface Repository {
  folder: string;
  path: string;
  git(...args: string[]): Promise<string>;
  /** Runs a script in it. */
  sh(script: string): Promise<string>;
  /** Writes the files, commits them and returns the commit. */
  commit(message: string, files: Record<string, string>): Promise<string>;
}

/** A folder for one test file, with a repository in it. */
export async function makeRepository(): Promise<Repository & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-git-'));
  const path = join(folder, 'origin');
  const options: ExecFileOptions = { env: gitIdentity };
  const git = async (...args: string[]) => String((await run('git', ['-C', path, ...args], options)).stdout).trim();
  await run('git', ['init', '--quiet', '--initial-branch=main', path], options);
  return {
    folder,
    path,
    git,
    sh: async (script) => String((await run('sh', ['-ec', script], { ...options, cwd: path })).stdout).trim(),
    async commit(message, files) {
      for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Serves a folder over smart HTTP with `git http-backend`; only who has the password gets in. `renamed` leads to `origin`. `more`
 * answers further requests, and tells whether it did.
 */
export async function serveOverHttp(
  root: string,
  password: string,
  more: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
) {
  const refused: string[] = [];
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
    if (!given.endsWith(`:${password}`)) {
      refused.push(request.url ?? '');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (more(request, response)) return;
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/renamed/')) {
      response.writeHead(301, { location: `/origin/${url.pathname.slice('/renamed/'.length)}${url.search}` }).end();
      return;
    }
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...gitIdentity,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        REMOTE_USER: 'somebody',
      },
    });
    request.pipe(backend.stdin);
    answerFromCgi(backend.stdout, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: (name: string) => `http://127.0.0.1:${port}/${name}`,
    refused,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** CGI: headers, an empty line, the body. */
function answerFromCgi(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    if (!head) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  output.on('end', () => response.end());
}
