import { type CheckoutFiles } from './checkout-files.ts';

export interface PythonInstall {
  /** Commands that install the installer, outside the environment of the application. */
  setUp: string[];
  /** What it needs of the checkout. */
  copied: string[];
  command: string;
  /** Whether a package is among what it installs, as far as the manifest tells. */
  mentions(name: string): boolean;
}

/** By the lock file, then by the manifest. Each installer checks its lock file against the manifest. */
export async function pythonInstall(files: CheckoutFiles): Promise<PythonInstall> {
  const project = await files.read('pyproject.toml');
  const uv = await files.read('uv.lock');
  if (project !== undefined && uv !== undefined) {
    return {
      setUp: ['python -m venv /uv && /uv/bin/pip install uv'],
      copied: ['pyproject.toml', 'uv.lock'],
      command: 'UV_PROJECT_ENVIRONMENT=/venv UV_LINK_MODE=copy /uv/bin/uv sync --locked --no-dev --no-install-project',
      mentions: inText(uv),
    };
  }
  const poetry = await files.read('poetry.lock');
  if (project !== undefined && poetry !== undefined) {
    return {
      setUp: ['python -m venv /poetry && /poetry/bin/pip install poetry'],
      copied: ['pyproject.toml', 'poetry.lock'],
      command: '/poetry/bin/poetry install --only main --no-root --no-interaction',
      mentions: inText(poetry),
    };
  }
  const requirements = await files.read('requirements.txt');
  if (requirements !== undefined) {
    // Other lists, and the project itself, are files of the checkout.
    const isAlone = !/^[ \t]*(?:-[rce]\b|--(?:requirement|constraint|editable)\b|\.|file:)/m.test(requirements);
    return {
      setUp: [],
      copied: [isAlone ? 'requirements.txt' : '.'],
      command: '/venv/bin/pip install -r requirements.txt',
      mentions: inText(requirements),
    };
  }
  return { setUp: [], copied: ['.'], command: '/venv/bin/pip install .', mentions: inText(project ?? '') };
}

function inText(text: string): (name: string) => boolean {
  return (name) => new RegExp(String.raw`(?:^|["'\s])${name}\b`, 'mi').test(text);
}
