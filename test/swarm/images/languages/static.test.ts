import { describe, expect, it } from '@jest/globals';
import { staticPages } from '../../../../src/swarm/images/languages/static.ts';
import { detected, written } from '../../../support/written.ts';

describe('pages without a build', () => {
  it('are served by Caddy, where unknown paths are for the router of the page', async () => {
    expect(await written(staticPages, { 'index.html': '' })).toEqual([
      'FROM caddy:2',
      String.raw`RUN printf '%s\n' \ `.trimEnd(),
      "  '{' \\",
      "  '  admin off' \\",
      "  '  auto_https off' \\",
      "  '}' \\",
      "  ':{$PORT} {' \\",
      "  '  root * /srv' \\",
      "  '  encode zstd gzip' \\",
      String.raw`  '  @hashed path_regexp [.-][A-Za-z0-9_-]{8,}\.(?:js|mjs|css|woff2?|png|jpe?g|webp|avif|gif|svg|ico|wasm)$' \ `.trimEnd(),
      String.raw`  '  @others not path_regexp [.-][A-Za-z0-9_-]{8,}\.(?:js|mjs|css|woff2?|png|jpe?g|webp|avif|gif|svg|ico|wasm)$' \ `.trimEnd(),
      `  '  header @hashed Cache-Control "public, max-age=31536000, immutable"' \\`,
      "  '  header @others Cache-Control no-cache' \\",
      "  '  @routed {' \\",
      String.raw`  '    not path_regexp \.[A-Za-z0-9]+$' \ `.trimEnd(),
      "  '    not file {path} {path}/index.html {path}.html' \\",
      "  '  }' \\",
      "  '  rewrite @routed /index.html' \\",
      "  '  try_files {path} {path}.html' \\",
      "  '  file_server' \\",
      "  '  handle_errors {' \\",
      "  '    header Cache-Control no-cache' \\",
      "  '    rewrite * /404.html' \\",
      "  '    file_server' \\",
      "  '  }' \\",
      "  '}' \\",
      '  > /etc/caddy/Caddyfile',
      'COPY . /srv/',
      'ENV PORT=8080',
      'EXPOSE 8080',
      'CMD ["caddy","run","--config","/etc/caddy/Caddyfile"]',
    ]);
  });

  it('with a page for what is not found have no router', async () => {
    const lines = await written(staticPages, { 'dist/index.html': '', 'dist/404.html': '' });
    expect(lines.filter((line) => line.includes('@routed'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('COPY'))).toEqual(['COPY dist/ /srv/']);
  });

  it('are known by their first page', async () => {
    expect(await detected(staticPages, { 'public/index.html': '' })).toBe('the build context has `public/index.html`');
    expect(await detected(staticPages, { 'README.md': '' })).toBeUndefined();
  });
});
