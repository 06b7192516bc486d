import { UserError } from '../../../errors.ts';
import { type CheckoutFiles, firstFile } from './checkout-files.ts';
import { runCached, serve } from './instructions.ts';
import type { Language, WriteOptions } from './language.ts';
import { pythonInstall } from './python-install.ts';
import { versionFor } from './versions.ts';

const manifests = ['requirements.txt', 'pyproject.toml', 'uv.lock', 'poetry.lock'];
/** Modules that hold the application, in the order in which they are looked for. */
const modules = ['main', 'app', 'wsgi', 'asgi', 'server', 'application', 'run', 'app/main', 'src/main', 'app/__init__'];
/** Packages that are compiled against libraries that the small image lacks. */
const needLibraries = [String.raw`psycopg2(?!-binary)`, 'mysqlclient', 'python-ldap', 'pycairo'];
/** The default first, then from the newest. */
const known = ['3.13', '3.14', '3.12', '3.11', '3.10', '3.9', '3.8'];

/** Django, Flask, FastAPI, and scripts. */
export const python: Language = {
  name: 'python',
  summary:
    '`requirements.txt` or `pyproject.toml`: pip, Poetry and uv; Django, Flask and FastAPI by `manage.py` or the application’s module',
  looksFor: ['requirements.txt', 'pyproject.toml'],
  takes: [],
  ignored: ['**/__pycache__', '.venv', 'venv', '*.pyc'],
  async detects(files) {
    const manifest = await firstFile(files, manifests);
    if (manifest === undefined) return undefined;
    // Tools of a project in another language may have requirements of their own.
    const isAlone = !(await files.has('package.json'));
    const start = await firstFile(files, ['manage.py', ...modules.map((module) => `${module}.py`)]);
    return isAlone || start !== undefined ? `the build context has \`${manifest}\`` : undefined;
  },
  write,
};

async function write(files: CheckoutFiles, options: WriteOptions): Promise<string[]> {
  const version = await pythonVersion(files);
  const install = await pythonInstall(files);
  const start = options.start ?? (await startOf(files));
  const server = /^(gunicorn|uvicorn) /.exec(start)?.[1];
  const added = server !== undefined && !install.mentions(server) ? [server] : [];
  const cache = ['/root/.cache'];
  const small = needLibraries.some((name) => install.mentions(name)) ? 'python-build' : 'python';
  return [
    `FROM ${options.image('python-build', version)} AS build`,
    'WORKDIR /app',
    'RUN python -m venv /venv',
    'ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH',
    ...install.setUp.map((command) => runCached(cache, command)),
    `COPY ${install.copied.join(' ')} ./`,
    runCached(cache, install.command),
    ...added.map((name) => runCached(cache, `/venv/bin/pip install ${name}`)),
    '',
    `FROM ${options.image(small, version)}`,
    'WORKDIR /app',
    'COPY --from=build /venv /venv',
    'COPY . .',
    'ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONPATH=/app',
    ...serve(options, start),
  ];
}

/** From `.python-version`, `runtime.txt`, `.tool-versions`, then what `pyproject.toml` requires. */
async function pythonVersion(files: CheckoutFiles): Promise<string> {
  const [, pinned] = /^\s*(\d[\w.]*)/.exec((await files.read('.python-version')) ?? '') ?? [];
  const [, runtime] = /^\s*python-(\d[\w.]*)/.exec((await files.read('runtime.txt')) ?? '') ?? [];
  const [, tool] = /^python[ \t]+(\d[\w.]*)/m.exec((await files.read('.tool-versions')) ?? '') ?? [];
  const project = (await files.read('pyproject.toml')) ?? '';
  const [, range] = /^(?:requires-python|python)\s*=\s*["']([^"'\n]{1,100})["']/m.exec(project) ?? [];
  return versionFor(pinned ?? runtime ?? tool ?? (range && asNpmRange(range)), known);
}

/** `>=3.11,<3.13`, `~=3.11`, `==3.12.*` as npm writes them. */
function asNpmRange(range: string): string {
  return range
    .split(',')
    .map((part) =>
      part
        .trim()
        .replace(/^~=\s*(\d+)\.(\d+)$/, '^$1.$2')
        .replace(/^~=/, '~')
        .replace(/^={2,3}/, '')
        .replace('.*', '.x'),
    )
    .filter((part) => !part.startsWith('!='))
    .join(' ');
}

async function startOf(files: CheckoutFiles): Promise<string> {
  const settings = /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([A-Za-z_][\w.]*)\.settings\b/.exec(
    (await files.read('manage.py')) ?? '',
  );
  if (settings?.[1] !== undefined) return `gunicorn --bind 0.0.0.0:$PORT ${settings[1]}.wsgi`;
  for (const module of modules) {
    const [, name, kind] =
      /^([A-Za-z_]\w*)\s*(?::[^=\n]{1,50})?=\s*(?:\w+\.)?(FastAPI|Starlette|Litestar|Quart|Flask|create_app)\(/m.exec(
        (await files.read(`${module}.py`)) ?? '',
      ) ?? [];
    if (name === undefined) continue;
    const target = `${module.replace(/\/__init__$/, '').replaceAll('/', '.')}:${name}`;
    const isSynchronous = kind === 'Flask' || kind === 'create_app';
    return isSynchronous ? `gunicorn --bind 0.0.0.0:$PORT ${target}` : `uvicorn --host 0.0.0.0 --port $PORT ${target}`;
  }
  const script = await firstFile(
    files,
    modules.map((module) => `${module}.py`),
  );
  if (script !== undefined) return `python ${script}`;
  throw new UserError(
    'There is no `manage.py`, `main.py` or `app.py` to start. Add one, or a `Procfile` with `web: <command>`.',
  );
}
