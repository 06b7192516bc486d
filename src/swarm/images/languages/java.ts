import { type CheckoutFiles, firstFile } from './checkout-files.ts';
import { runCached, runLine, serve } from './instructions.ts';
import type { Language, WriteOptions } from './language.ts';

const manifests = ['pom.xml', 'build.gradle', 'build.gradle.kts'];
/** Releases with long support, which the images exist for. */
const releases = ['8', '11', '17', '21', '25'];
const preferred = '21';

export const java: Language = {
  name: 'java',
  summary:
    '`pom.xml` or `build.gradle`: Maven and Gradle, with their wrappers; the jar that they make, Quarkus’ folder too',
  looksFor: ['pom.xml', 'build.gradle'],
  takes: ['build'],
  ignored: ['target', 'build', '.gradle'],
  async detects(files) {
    const manifest = await firstFile(files, manifests);
    return manifest && `the build context has \`${manifest}\``;
  },
  write,
};

async function write(files: CheckoutFiles, options: WriteOptions): Promise<string[]> {
  const version = await javaVersion(files);
  const { image, caches, command, output } = await toolOf(files);
  return [
    `FROM ${options.image(image, version)} AS build`,
    'WORKDIR /app',
    'COPY . .',
    options.build === undefined ? runCached(caches, command) : runLine(options.build, caches),
    `RUN mkdir /out && if [ -d ${output}/quarkus-app ]; then cp -r ${output}/quarkus-app/. /out/ && mv /out/quarkus-run.jar /out/app.jar; \\`,
    `  else cp "$(find ${jarsOf(output)} -maxdepth 1 -name '*.jar' ! -name '*-plain.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' ! -name '*-tests.jar' ! -name 'original-*' | sort | head -n 1)" /out/app.jar; fi`,
    '',
    `FROM ${options.image('java', version)}`,
    'WORKDIR /app',
    'COPY --from=build /out/ /app/',
    ...serve(options, options.start ?? ['java', '-jar', '/app/app.jar'], {
      SERVER_PORT: String(options.port),
      QUARKUS_HTTP_PORT: String(options.port),
      MICRONAUT_SERVER_PORT: String(options.port),
    }),
  ];
}

async function toolOf(files: CheckoutFiles) {
  if (await files.has('pom.xml')) {
    const hasWrapper = (await files.has('mvnw')) && (await files.has('.mvn/wrapper/maven-wrapper.properties'));
    const image = hasWrapper ? ('java-build' as const) : ('maven' as const);
    const command = `${hasWrapper ? 'sh ./mvnw' : 'mvn'} --batch-mode -DskipTests package`;
    return { image, caches: ['/root/.m2'], command, output: 'target' };
  }
  const hasWrapper = await files.has('gradlew');
  const image = hasWrapper ? ('java-build' as const) : ('gradle' as const);
  const command = `${hasWrapper ? 'sh ./gradlew' : 'gradle'} --no-daemon assemble`;
  return { image, caches: ['/root/.gradle'], command, output: 'build' };
}

function jarsOf(output: string): string {
  return output === 'build' ? 'build/libs' : output;
}

/** What the manifest compiles for, as the next release with long support. */
async function javaVersion(files: CheckoutFiles): Promise<string> {
  const texts = await Promise.all(
    ['system.properties', '.java-version', ...manifests].map(async (name) => (await files.read(name)) ?? ''),
  );
  const patterns = [
    /^java\.runtime\.version\s*=\s*(?:1\.)?(\d+)/m,
    /^\s*(?:1\.)?(\d+)/,
    ...manifests.map(
      () =>
        /(?:<(?:java\.version|maven\.compiler\.release|maven\.compiler\.source|release)>\s*|JavaLanguageVersion\.of\(\s*|(?:sourceCompatibility\s*=\s*(?:JavaVersion\.VERSION_)?['"]?))(?:1[._])?(\d+)/,
    ),
  ];
  const asked = texts.map((text, place) => patterns[place]?.exec(text)?.[1]).find((one) => one !== undefined);
  return releases.find((release) => Number(release) >= Number(asked ?? preferred)) ?? preferred;
}
