import type { CheckoutFiles } from './checkout-files.ts';
import { serve } from './instructions.ts';
import { type Language, requireTaken } from './language.ts';

/** The language, if any, builds; `web` of the `Procfile` starts. */
export function procfileOf(others: readonly Language[]): Language {
  async function languageOf(files: CheckoutFiles): Promise<Language | undefined> {
    for (const language of others) if ((await language.detects(files)) !== undefined) return language;
    return undefined;
  }

  return {
    name: 'procfile',
    summary: '`Procfile` with a `web` process: the first of the others that fits builds, and `web` starts',
    looksFor: ['Procfile'],
    takes: ['build'],
    ignored: others
      .flatMap(({ ignored }) => ignored)
      .filter((pattern) => /^(?:\*\*\/)?(?:node_modules|__pycache__|\.?venv)$/.test(pattern)),
    async detects(files) {
      if ((await webOf(files)) === undefined) return undefined;
      const language = await languageOf(files);
      return `the build context has \`Procfile\`${language ? ` for a project in ${language.name}` : ''}`;
    },
    async write(files, options) {
      const start = options.start ?? (await webOf(files)) ?? '';
      const language = await languageOf(files);
      if (language && options.build !== undefined) requireTaken(language, options);
      if (language) return language.write(files, { ...options, start });
      return [`FROM ${options.image('debian')}`, 'WORKDIR /app', 'COPY . .', ...serve(options, start)];
    },
  };
}

async function webOf(files: CheckoutFiles): Promise<string | undefined> {
  return /^web:[ \t]*(\S.{0,2000}?)[ \t]*$/m.exec((await files.read('Procfile')) ?? '')?.[1];
}
