import type { CheckoutFiles } from './checkout-files.ts';
import { runCached, runLine, serve } from './instructions.ts';
import { type JsonObject, objectAt, readJson, textAt } from './json.ts';
import type { Language, WriteOptions } from './language.ts';
import { versionFor } from './versions.ts';

const known = ['8.4', '8.3', '8.2', '8.1', '8.0', '7.4'];
/** Extensions that the image can build, with Debian's packages that they need; others are in the image already. */
const extensions: Record<string, readonly string[]> = {
  bcmath: [],
  exif: [],
  gd: ['libpng-dev', 'libjpeg-dev', 'libwebp-dev'],
  gmp: ['libgmp-dev'],
  intl: ['libicu-dev'],
  mysqli: [],
  pcntl: [],
  pdo_mysql: [],
  pdo_pgsql: ['libpq-dev'],
  pgsql: ['libpq-dev'],
  soap: ['libxml2-dev'],
  sockets: [],
  zip: ['libzip-dev'],
};

export const php: Language = {
  name: 'php',
  summary:
    '`composer.json` or `index.php`: Composer, Apache on `public/`, `web/` or the top folder, extensions that Composer requires',
  looksFor: ['composer.json', 'index.php'],
  takes: ['build'],
  ignored: ['vendor'],
  async detects(files) {
    for (const name of ['composer.json', 'index.php']) {
      if (await files.has(name)) return `the build context has \`${name}\``;
    }
    return undefined;
  },
  write,
};

async function write(files: CheckoutFiles, options: WriteOptions): Promise<string[]> {
  const manifest = await readJson(files, 'composer.json');
  const required = objectAt(manifest, 'require');
  const version = versionFor(textAt(required, 'php'), known);
  return [
    ...(manifest ? composerStage(options) : []),
    `FROM ${options.image('php', version)}`,
    ...extensionLines(required),
    'WORKDIR /app',
    manifest ? 'COPY --from=build --chown=www-data /app /app' : 'COPY --chown=www-data . .',
    ...(manifest || options.build === undefined ? [] : [runLine(options.build)]),
    "RUN a2enmod rewrite && sed -i 's/^Listen 80$/Listen ${PORT}/' /etc/apache2/ports.conf && \\",
    "  printf '%s\\n' '<VirtualHost *:${PORT}>' \\",
    `  '  DocumentRoot ${await documentRoot(files)}' \\`,
    "  '  <Directory /app>' '    AllowOverride All' '    Require all granted' '  </Directory>' \\",
    "  '</VirtualHost>' > /etc/apache2/sites-available/000-default.conf",
    ...serve(options, options.start ?? ['apache2-foreground']),
  ];
}

/** Extensions are those of the last stage; scripts of packages may need them, and run there at the first request. */
function composerStage(options: WriteOptions): string[] {
  const install =
    'composer install --no-dev --no-interaction --optimize-autoloader --ignore-platform-reqs --no-scripts';
  return [
    `FROM ${options.image('composer')} AS build`,
    'WORKDIR /app',
    'COPY . .',
    runCached(['/tmp/cache'], install),
    ...(options.build === undefined ? [] : [runLine(options.build)]),
    '',
  ];
}

function extensionLines(required: JsonObject): string[] {
  const asked = Object.keys(extensions).filter((name) => required[`ext-${name}`] !== undefined);
  if (asked.length === 0) return [];
  const packages = [...new Set(asked.flatMap((name) => extensions[name] ?? []))];
  const installed =
    packages.length === 0
      ? ''
      : `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/* && `;
  return [`RUN ${installed}docker-php-ext-install ${asked.join(' ')}`];
}

async function documentRoot(files: CheckoutFiles): Promise<string> {
  for (const folder of ['public', 'web']) if (await files.has(`${folder}/index.php`)) return `/app/${folder}`;
  return '/app';
}
