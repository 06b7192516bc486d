import { UserError } from '../../../errors.ts';
import type { CheckoutFiles } from './checkout-files.ts';
import { runCached, runLine, serve } from './instructions.ts';
import type { Language, WriteOptions } from './language.ts';
import { versionFor } from './versions.ts';

const known = ['3.4', '3.3', '3.2', '3.1', '3.0', '2.7'];

export const ruby: Language = {
  name: 'ruby',
  summary: '`Gemfile`: Bundler; Rails, and Rack by `config.ru`',
  looksFor: ['Gemfile'],
  takes: ['build'],
  ignored: ['vendor/bundle', 'tmp', 'log'],
  async detects(files) {
    return (await files.has('Gemfile')) ? 'the build context has `Gemfile`' : undefined;
  },
  write,
};

async function write(files: CheckoutFiles, options: WriteOptions): Promise<string[]> {
  const gemfile = (await files.read('Gemfile')) ?? '';
  const lock = await files.read('Gemfile.lock');
  const version = await rubyVersion(files, gemfile);
  const gems = `${gemfile}\n${lock ?? ''}`;
  const isRails = /^[ \t]*gem ["']rails["']/m.test(gemfile);
  const bundler = [
    'BUNDLE_PATH=/bundle',
    'BUNDLE_WITHOUT=development:test',
    // Refuses a lock file that does not fit.
    ...(lock === undefined ? [] : ['BUNDLE_DEPLOYMENT=1']),
    ...(isRails ? ['RAILS_ENV=production'] : ['RACK_ENV=production']),
  ].join(' ');
  const hasAssets = isRails && /\b(?:sprockets|propshaft)\b/.test(gems);
  // Rails before 7.1 knows no dummy, and compiles with any key.
  const assets = hasAssets
    ? ['RUN SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=unused bundle exec rails assets:precompile']
    : [];
  return [
    `FROM ${options.image('ruby', version)} AS build`,
    'WORKDIR /app',
    `ENV ${bundler}`,
    'COPY . .',
    runCached(['/usr/local/bundle/cache'], 'bundle install'),
    ...(options.build === undefined ? assets : [runLine(options.build)]),
    '',
    // Not the small image: gems of databases and pictures need libraries of the system.
    `FROM ${options.image('ruby', version)}`,
    'WORKDIR /app',
    `ENV ${bundler}`,
    'COPY --from=build /bundle /bundle',
    'COPY --from=build /app /app',
    ...serve(options, options.start ?? (await startOf(files, isRails, gems)), {
      ...(isRails && { RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' }),
    }),
  ];
}

async function rubyVersion(files: CheckoutFiles, gemfile: string): Promise<string> {
  const [, pinned] = /^\s*(?:ruby-)?(\d[\w.]*)/.exec((await files.read('.ruby-version')) ?? '') ?? [];
  const [, asked] = /^[ \t]*ruby ["']([^"'\n]{1,100})["']/m.exec(gemfile) ?? [];
  return versionFor(pinned ?? asked?.replace(/^~> *(\d+\.\d+)$/, '^$1').replace(/^~> */, '~'), known);
}

async function startOf(files: CheckoutFiles, isRails: boolean, gems: string): Promise<string> {
  if (isRails) return 'bundle exec rails server -b 0.0.0.0 -p $PORT';
  if (!(await files.has('config.ru'))) {
    throw new UserError('There is no `config.ru` to start. Add one, or a `Procfile` with `web: <command>`.');
  }
  return /\bpuma\b/.test(gems) ? 'bundle exec puma -b tcp://0.0.0.0:$PORT' : 'bundle exec rackup -o 0.0.0.0 -p $PORT';
}
