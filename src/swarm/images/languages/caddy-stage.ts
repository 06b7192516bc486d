import type { WriteOptions } from './language.ts';
import { plainName, serve, shellWord } from './instructions.ts';

export interface Pages {
  /** What is copied to where the pages are served from, with `--from` if another stage has it. */
  copy: string;
  /** `one`: unknown paths without a file's ending get `index.html`, which has a router. `many`: they are not found. */
  kind: 'one' | 'many';
}

/** Names with a hash of what is in them: `app.3f2c9a1b.js`, `index-BQd3f2c9.css`. */
const hashed = String.raw`[.-][A-Za-z0-9_-]{8,}\.(?:js|mjs|css|woff2?|png|jpe?g|webp|avif|gif|svg|ico|wasm)$`;

/** A missing picture or script is still not found: a page in its place would break without a word. */
const routedByPage = [
  '  @routed {',
  String.raw`    not path_regexp \.[A-Za-z0-9]+$`,
  '    not file {path} {path}/index.html {path}.html',
  '  }',
  '  rewrite @routed /index.html',
];

/** The stage that serves pages with Caddy: what has a hash in its name for a year, everything else only if it is still the same. */
export function caddyStage(options: WriteOptions, { copy, kind }: Pages): string[] {
  return [
    `FROM ${options.image('caddy')}`,
    `RUN printf '%s\\n' \\`,
    ...caddyfile(kind).map((line) => `  ${shellWord(line)} \\`),
    '  > /etc/caddy/Caddyfile',
    copy,
    ...serve(options, ['caddy', 'run', '--config', '/etc/caddy/Caddyfile']),
  ];
}

/** `COPY` of a folder of pages: of the context, or of what a stage built in `/app`. */
export function copyPages(folder: string, from?: string): string {
  const path = folder === '.' ? '.' : `${plainName('The folder', folder)}/`;
  return from === undefined ? `COPY ${path} /srv/` : `COPY --from=${from} /app/${path} /srv/`;
}

function caddyfile(kind: Pages['kind']): string[] {
  return [
    '{',
    '  admin off',
    '  auto_https off',
    '}',
    ':{$PORT} {',
    '  root * /srv',
    '  encode zstd gzip',
    `  @hashed path_regexp ${hashed}`,
    `  @others not path_regexp ${hashed}`,
    '  header @hashed Cache-Control "public, max-age=31536000, immutable"',
    '  header @others Cache-Control no-cache',
    ...(kind === 'one' ? routedByPage : []),
    '  try_files {path} {path}.html',
    '  file_server',
    '  handle_errors {',
    '    header Cache-Control no-cache',
    '    rewrite * /404.html',
    '    file_server',
    '  }',
    '}',
  ];
}
