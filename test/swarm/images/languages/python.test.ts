import { describe, expect, it } from '@jest/globals';
import { python } from '../../../../src/swarm/images/languages/python.ts';
import { detected, written } from '../../../support/written.ts';

const django = { 'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n" };
const start = async (files: Record<string, string>) =>
  (await written(python, { 'requirements.txt': '', ...files })).at(-1);
const froms = async (files: Record<string, string>) =>
  (await written(python, { 'app.py': '', ...files })).filter((line) => line.startsWith('FROM'));

describe('an application in Python', () => {
  it('is installed into an environment, which the image that runs it gets', async () => {
    expect(await written(python, { 'requirements.txt': 'Django==5.1\n', ...django })).toEqual([
      'FROM python:3.13 AS build',
      'WORKDIR /app',
      'RUN python -m venv /venv',
      'ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH',
      'COPY requirements.txt ./',
      'RUN --mount=type=cache,target=/root/.cache,sharing=locked /venv/bin/pip install -r requirements.txt',
      'RUN --mount=type=cache,target=/root/.cache,sharing=locked /venv/bin/pip install gunicorn',
      '',
      'FROM python:3.13-slim',
      'WORKDIR /app',
      'COPY --from=build /venv /venv',
      'COPY . .',
      'ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONPATH=/app',
      'ENV PORT=8080',
      'EXPOSE 8080',
      'CMD ["/bin/sh","-c","exec gunicorn --bind 0.0.0.0:$PORT mysite.wsgi"]',
    ]);
  });

  it.each([
    [
      { 'pyproject.toml': '', 'uv.lock': 'name = "uvicorn"' },
      [
        'RUN python -m venv /uv && /uv/bin/pip install uv',
        'COPY pyproject.toml uv.lock ./',
        'RUN UV_PROJECT_ENVIRONMENT=/venv UV_LINK_MODE=copy /uv/bin/uv sync --locked --no-dev --no-install-project',
      ],
    ],
    // Poetry needs no `requirements.txt` beside it.
    [
      { 'pyproject.toml': '', 'poetry.lock': 'name = "uvicorn"' },
      [
        'RUN python -m venv /poetry && /poetry/bin/pip install poetry',
        'COPY pyproject.toml poetry.lock ./',
        'RUN /poetry/bin/poetry install --only main --no-root --no-interaction',
      ],
    ],
    [{ 'pyproject.toml': 'dependencies = ["uvicorn"]' }, ['COPY . ./', 'RUN /venv/bin/pip install .']],
    [{ 'requirements.txt': '-r base.txt\nuvicorn\n' }, ['COPY . ./', 'RUN /venv/bin/pip install -r requirements.txt']],
  ])('is installed from %j', async (files, expected) => {
    const lines = await written(python, { 'main.py': 'app = FastAPI()\n', ...files });
    const stage = lines.slice(4, lines.indexOf(''));
    expect(stage.map((line) => line.replace(/--mount=\S+ /, ''))).toEqual(expected);
  });

  it.each([
    [
      { 'main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n' },
      'exec uvicorn --host 0.0.0.0 --port $PORT main:app',
    ],
    [{ 'app/main.py': 'api: FastAPI = FastAPI(title="x")\n' }, 'exec uvicorn --host 0.0.0.0 --port $PORT app.main:api'],
    [{ 'app.py': 'app = Flask(__name__)\n' }, 'exec gunicorn --bind 0.0.0.0:$PORT app:app'],
    [{ 'app/__init__.py': 'server = flask.Flask(__name__)\n' }, 'exec gunicorn --bind 0.0.0.0:$PORT app:server'],
    [{ 'main.py': 'print(1)\n' }, 'exec python main.py'],
    [django, 'exec gunicorn --bind 0.0.0.0:$PORT mysite.wsgi'],
  ])('%j is started by %s', async (files, command) => {
    expect(await start(files)).toBe(`CMD ["/bin/sh","-c","${command}"]`);
  });

  it('without anything to start is told what to add', async () => {
    await expect(start({})).rejects.toThrow(
      'There is no `manage.py`, `main.py` or `app.py` to start. Add one, or a `Procfile` with `web: <command>`.',
    );
  });

  it.each([
    [{ 'requirements.txt': '' }, '3.13'],
    [{ 'requirements.txt': '', '.python-version': '3.11\n' }, '3.11'],
    [{ 'requirements.txt': '', 'runtime.txt': 'python-3.10.14\n' }, '3.10.14'],
    [{ 'requirements.txt': '', '.tool-versions': 'python 3.12.1\n' }, '3.12.1'],
    [{ 'pyproject.toml': 'requires-python = ">=3.11,<3.13"' }, '3.12'],
    [{ 'pyproject.toml': 'requires-python = "~=3.12.2"' }, '3.12'],
    [{ 'pyproject.toml': 'requires-python = "==3.9.*"' }, '3.9'],
    [{ 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.10"' }, '3.13'],
  ])('of %j runs on Python %s', async (files, version) => {
    expect(await froms(files)).toEqual([`FROM python:${version} AS build`, `FROM python:${version}-slim`]);
  });

  it('gets the libraries that its packages are compiled against', async () => {
    expect(await froms({ 'requirements.txt': 'psycopg2==2.9\n' })).toEqual([
      'FROM python:3.13 AS build',
      'FROM python:3.13',
    ]);
    expect(await froms({ 'requirements.txt': 'psycopg2-binary\n' })).toEqual([
      'FROM python:3.13 AS build',
      'FROM python:3.13-slim',
    ]);
  });

  // A server in Python often has a package.json for its pages, and a package in Node requirements for its tools.
  it('is told from one in Node by what can be started', async () => {
    const both = { 'package.json': '{}', 'requirements.txt': '' };
    expect(await detected(python, { ...both, ...django })).toBe('the build context has `requirements.txt`');
    expect(await detected(python, both)).toBeUndefined();
  });
});

it('takes the version and Poetry of a project that names other tools too', async () => {
  const lines = await written(python, {
    '.tool-versions': 'nodejs 20.1.0\npoetry 1.8.3\npython 3.12.1\n',
    'pyproject.toml': '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.11"\n',
    'poetry.lock': '',
    'main.py': 'print(1)\n',
  });
  expect(lines.filter((line) => /^FROM|poetry/.test(line))).toEqual([
    'FROM python:3.12.1 AS build',
    'RUN --mount=type=cache,target=/root/.cache,sharing=locked python -m venv /poetry && /poetry/bin/pip install poetry',
    'COPY pyproject.toml poetry.lock ./',
    'RUN --mount=type=cache,target=/root/.cache,sharing=locked /poetry/bin/poetry install --only main --no-root --no-interaction',
    'FROM python:3.12.1-slim',
  ]);
});
