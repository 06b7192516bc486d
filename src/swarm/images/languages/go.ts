import { UserError } from '../../../errors.ts';
import { anyOf } from '../../../word-lists.ts';
import type { CheckoutFiles } from './checkout-files.ts';
import { plainName, runCached, serve } from './instructions.ts';
import type { Language, WriteOptions } from './language.ts';

/** Files of the top folder that are looked into for `package main`. */
const maxFiles = 200;
const usual = ['server', 'api', 'web', 'app'];

export const go: Language = {
  name: 'go',
  summary: '`go.mod`: the program of the top folder, or of `cmd/`',
  looksFor: ['go.mod'],
  takes: [],
  ignored: [],
  async detects(files) {
    return (await files.has('go.mod')) ? 'the build context has `go.mod`' : undefined;
  },
  write,
};

async function write(files: CheckoutFiles, options: WriteOptions): Promise<string[]> {
  const module = (await files.read('go.mod')) ?? '';
  const [, version = '1'] = /^go (\d+\.\d+)/m.exec(module) ?? [];
  const isTop = await hasMain(files);
  const commands = isTop ? [] : await files.list('cmd');
  const start = options.start ?? ['/app/bin/' + plainName('The program', isTop ? 'app' : chosen(commands, module))];
  const caches = ['/go/pkg/mod', '/root/.cache/go-build'];
  // Official images refuse a `go.mod` that names a later patch of their release; so they fetch it.
  const toolchain = 'GOTOOLCHAIN=auto';
  const target = isTop ? '/out/app .' : '/out/ ./cmd/...';
  return [
    `FROM ${options.image('go', version)} AS build`,
    'WORKDIR /app',
    'COPY . .',
    runCached(caches, `CGO_ENABLED=0 ${toolchain} go build -trimpath -tags timetzdata -o ${target}`),
    '',
    `FROM ${options.image('alpine')}`,
    'WORKDIR /app',
    // Templates, pages and migrations are read from the folder that the program starts in.
    'COPY . .',
    'COPY --from=build /out/ /app/bin/',
    'ENV PATH=/app/bin:$PATH',
    ...serve(options, start),
  ];
}

async function hasMain(files: CheckoutFiles): Promise<boolean> {
  const sources = (await files.list('.')).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'));
  for (const name of sources.slice(0, maxFiles)) {
    if (/^package main\b/m.test((await files.read(name)) ?? '')) return true;
  }
  return false;
}

/** The only program, or the one that is called like the module or what servers are called. */
function chosen(commands: readonly string[], module: string): string {
  const [only, ...others] = commands;
  if (only !== undefined && others.length === 0) return only;
  const [, path = ''] = /^module (\S+)/m.exec(module) ?? [];
  const name = [path.split('/').at(-1) ?? '', ...usual].find((one) => commands.includes(one));
  if (name !== undefined) return name;
  if (only === undefined) throw new UserError('There is no `package main` in the top folder, and no `cmd/`. Add one.');
  throw new UserError(
    `\`cmd/\` has several programs: ${anyOf(commands.slice(0, 10))}. Name the one to start in a \`Procfile\`: \`web: ${only}\`.`,
  );
}
