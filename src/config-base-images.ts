/** Images that builders start from; `{version}` is the version that the repository asks for. */
export const baseImageTable = {
  'node-build': 'node:{version}',
  node: 'node:{version}-slim',
  bun: 'oven/bun:{version}-slim',
  'python-build': 'python:{version}',
  python: 'python:{version}-slim',
  go: 'golang:{version}',
  alpine: 'alpine:3',
  debian: 'debian:stable-slim',
  ruby: 'ruby:{version}',
  php: 'php:{version}-apache',
  composer: 'composer:2',
  maven: 'maven:3-eclipse-temurin-{version}',
  gradle: 'gradle:8-jdk{version}',
  'java-build': 'eclipse-temurin:{version}-jdk',
  java: 'eclipse-temurin:{version}-jre',
  caddy: 'caddy:2',
  'railpack-frontend': 'ghcr.io/railwayapp/railpack-frontend:v{version}',
} as const;

export type BaseImageName = keyof typeof baseImageTable;

/** Images in place of the table's, by name (`SHIPMATE_BASE_IMAGES`). */
export type BaseImages = Partial<Record<BaseImageName, string>>;

export function baseImageOf(images: BaseImages, name: BaseImageName, version = ''): string {
  return (images[name] ?? baseImageTable[name]).replaceAll('{version}', version);
}
