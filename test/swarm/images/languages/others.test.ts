import { describe, expect, it } from '@jest/globals';
import { go } from '../../../../src/swarm/images/languages/go.ts';
import { java } from '../../../../src/swarm/images/languages/java.ts';
import { php } from '../../../../src/swarm/images/languages/php.ts';
import { languages } from '../../../../src/swarm/images/languages/registry.ts';
import { ruby } from '../../../../src/swarm/images/languages/ruby.ts';
import { detected, written } from '../../../support/written.ts';

const only = (lines: string[], ...words: string[]) =>
  lines.filter((line) => words.some((word) => line.startsWith(word)));
const mod = 'module example.com/acme/shop\n\ngo 1.23.4\n';
const caches =
  '--mount=type=cache,target=/go/pkg/mod,sharing=locked --mount=type=cache,target=/root/.cache/go-build,sharing=locked';

describe('a program in Go', () => {
  it('is compiled, and runs in a small image', async () => {
    expect(await written(go, { 'go.mod': mod, 'main.go': 'package main\n' })).toEqual([
      'FROM golang:1.23 AS build',
      'WORKDIR /app',
      'COPY . .',
      `RUN ${caches} CGO_ENABLED=0 GOTOOLCHAIN=auto go build -trimpath -tags timetzdata -o /out/app .`,
      '',
      'FROM alpine:3',
      'WORKDIR /app',
      'COPY . .',
      'COPY --from=build /out/ /app/bin/',
      'ENV PATH=/app/bin:$PATH',
      'ENV PORT=8080',
      'EXPOSE 8080',
      'CMD ["/app/bin/app"]',
    ]);
  });

  it.each([
    [['worker'], 'worker'],
    [['migrate', 'shop'], 'shop'],
    [['api', 'migrate'], 'api'],
  ])('is chosen among cmd/%j: %s', async (commands, name) => {
    const sources = Object.fromEntries(commands.map((one) => [`cmd/${one}/main.go`, 'package main\n']));
    expect((await written(go, { 'go.mod': mod, ...sources })).at(-1)).toBe(`CMD ["/app/bin/${name}"]`);
  });

  it('has to be named when several fit', async () => {
    await expect(written(go, { 'go.mod': mod, 'cmd/one/main.go': '', 'cmd/two/main.go': '' })).rejects.toThrow(
      '`cmd/` has several programs: `one` or `two`. Name the one to start in a `Procfile`: `web: one`.',
    );
  });

  it('with a name that an instruction would read otherwise is refused', async () => {
    await expect(written(go, { 'go.mod': mod, 'cmd/a b\nUSER root/main.go': '' })).rejects.toThrow(
      String.raw`The program "a b\nUSER root" has characters that a generated Dockerfile cannot take. Rename it, or add a Dockerfile.`,
    );
  });
});

describe('an application in Ruby', () => {
  it('with Rails has its assets compiled', async () => {
    const lines = await written(ruby, { Gemfile: "ruby '~> 3.3'\ngem 'rails'\n", 'Gemfile.lock': '    propshaft\n' });
    expect(lines).toEqual([
      'FROM ruby:3.4 AS build',
      'WORKDIR /app',
      'ENV BUNDLE_PATH=/bundle BUNDLE_WITHOUT=development:test BUNDLE_DEPLOYMENT=1 RAILS_ENV=production',
      'COPY . .',
      'RUN --mount=type=cache,target=/usr/local/bundle/cache,sharing=locked bundle install',
      'RUN SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=unused bundle exec rails assets:precompile',
      '',
      'FROM ruby:3.4',
      'WORKDIR /app',
      'ENV BUNDLE_PATH=/bundle BUNDLE_WITHOUT=development:test BUNDLE_DEPLOYMENT=1 RAILS_ENV=production',
      'COPY --from=build /bundle /bundle',
      'COPY --from=build /app /app',
      'ENV RAILS_LOG_TO_STDOUT=1 RAILS_SERVE_STATIC_FILES=1 PORT=8080',
      'EXPOSE 8080',
      'CMD ["/bin/sh","-c","exec bundle exec rails server -b 0.0.0.0 -p $PORT"]',
    ]);
  });

  it.each([
    ["gem 'puma'\n", 'exec bundle exec puma -b tcp://0.0.0.0:$PORT'],
    ["gem 'sinatra'\n", 'exec bundle exec rackup -o 0.0.0.0 -p $PORT'],
  ])('of %j is started by %s', async (gemfile, command) => {
    const lines = await written(ruby, { Gemfile: gemfile, 'config.ru': '', '.ruby-version': 'ruby-3.2.5\n' });
    expect(only(lines, 'FROM', 'CMD')).toEqual([
      'FROM ruby:3.2.5 AS build',
      'FROM ruby:3.2.5',
      `CMD ["/bin/sh","-c","${command}"]`,
    ]);
  });
});

describe('an application in PHP', () => {
  it('is installed by Composer and served by Apache', async () => {
    const require = { php: '^8.2', 'ext-gd': '*', 'ext-pdo_mysql': '*', 'laravel/framework': '^11' };
    expect(await written(php, { 'composer.json': JSON.stringify({ require }), 'public/index.php': '' })).toEqual([
      'FROM composer:2 AS build',
      'WORKDIR /app',
      'COPY . .',
      'RUN --mount=type=cache,target=/tmp/cache,sharing=locked composer install --no-dev --no-interaction --optimize-autoloader --ignore-platform-reqs --no-scripts',
      '',
      'FROM php:8.4-apache',
      'RUN apt-get update && apt-get install -y --no-install-recommends libpng-dev libjpeg-dev libwebp-dev && rm -rf /var/lib/apt/lists/* && docker-php-ext-install gd pdo_mysql',
      'WORKDIR /app',
      'COPY --from=build --chown=www-data /app /app',
      "RUN a2enmod rewrite && sed -i 's/^Listen 80$/Listen ${PORT}/' /etc/apache2/ports.conf && \\",
      "  printf '%s\\n' '<VirtualHost *:${PORT}>' \\",
      "  '  DocumentRoot /app/public' \\",
      "  '  <Directory /app>' '    AllowOverride All' '    Require all granted' '  </Directory>' \\",
      "  '</VirtualHost>' > /etc/apache2/sites-available/000-default.conf",
      'ENV PORT=8080',
      'EXPOSE 8080',
      'CMD ["apache2-foreground"]',
    ]);
  });

  it('without Composer is copied', async () => {
    const lines = await written(php, { 'index.php': '' });
    expect(only(lines, 'FROM', 'COPY')).toEqual(['FROM php:8.4-apache', 'COPY --chown=www-data . .']);
  });
});

describe('an application in Java', () => {
  it.each([
    [
      { 'pom.xml': '<java.version>17</java.version>' },
      'maven:3-eclipse-temurin-17',
      '/root/.m2',
      'mvn --batch-mode -DskipTests package',
      '17',
    ],
    [
      { 'pom.xml': '', mvnw: '', '.mvn/wrapper/maven-wrapper.properties': '' },
      'eclipse-temurin:21-jdk',
      '/root/.m2',
      'sh ./mvnw --batch-mode -DskipTests package',
      '21',
    ],
    [
      { 'build.gradle': 'sourceCompatibility = 1.8' },
      'gradle:8-jdk8',
      '/root/.gradle',
      'gradle --no-daemon assemble',
      '8',
    ],
    [
      { 'build.gradle.kts': 'languageVersion = JavaLanguageVersion.of(19)', gradlew: '' },
      'eclipse-temurin:21-jdk',
      '/root/.gradle',
      'sh ./gradlew --no-daemon assemble',
      '21',
    ],
  ])('of %j is built in %s', async (files, image, cache, command, version) => {
    const lines = await written(java, files);
    expect(lines.slice(0, 4)).toEqual([
      `FROM ${image} AS build`,
      'WORKDIR /app',
      'COPY . .',
      `RUN --mount=type=cache,target=${cache},sharing=locked ${command}`,
    ]);
    expect(lines.slice(-6)).toEqual([
      `FROM eclipse-temurin:${version}-jre`,
      'WORKDIR /app',
      'COPY --from=build /out/ /app/',
      'ENV SERVER_PORT=8080 QUARKUS_HTTP_PORT=8080 MICRONAUT_SERVER_PORT=8080 PORT=8080',
      'EXPOSE 8080',
      'CMD ["java","-jar","/app/app.jar"]',
    ]);
  });
});

describe('a Procfile', () => {
  const [procfile = go] = languages;

  it('starts what the language builds', async () => {
    const files = {
      Procfile: 'web: gunicorn shop:app --log-file -\n',
      'requirements.txt': 'gunicorn\n',
      'shop.py': '',
    };
    const lines = await written(procfile, files);
    expect(only(lines, 'FROM', 'CMD')).toEqual([
      'FROM python:3.13 AS build',
      'FROM python:3.13-slim',
      'CMD ["/bin/sh","-c","exec gunicorn shop:app --log-file -"]',
    ]);
    expect(await detected(procfile, files)).toBe('the build context has `Procfile` for a project in python');
  });

  it('without a language starts in a plain image', async () => {
    expect(await written(procfile, { Procfile: 'release: x\nweb: ./run.sh && true\n' })).toEqual([
      'FROM debian:stable-slim',
      'WORKDIR /app',
      'COPY . .',
      'ENV PORT=8080',
      'EXPOSE 8080',
      'CMD ["/bin/sh","-c","./run.sh && true"]',
    ]);
  });

  it.each(['web: a "b" \\', "web: echo 'x' \\\\\nUSER root\n", 'web: echo ${PATH} [ "\u2028" ]'])(
    'cannot add an instruction: %j',
    async (text) => {
      const lines = await written(procfile, { Procfile: text });
      expect(lines).toHaveLength(6);
      expect(lines.at(-1)).toMatch(/^CMD \["\/bin\/sh","-c",".*"\]$/);
    },
  );

  it('without `web` is not looked at', async () => {
    expect(await detected(procfile, { Procfile: 'worker: x\n' })).toBeUndefined();
  });
});
