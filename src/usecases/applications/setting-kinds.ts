import type { DockerConfig, SourceConfig } from '../../entities/application-config.ts';
import { UsageError } from '../../errors.ts';
import { requireHealth, setOrRemove } from './health-settings.ts';
import { joinList } from './list-value.ts';
import * as check from './setting-checks.ts';

/** What settings change: an application that is being made or changed. */
export interface SettingsDraft {
  source: SourceConfig;
  docker: DockerConfig;
  replicas: number;
}

export interface Setting {
  summary: string;
  example: string;
  /** The current value, formatted as `set` reads it; undefined when not set. */
  get(draft: SettingsDraft): string | undefined;
  /** `value` is undefined to go back to the default. @throws {UsageError} */
  set(draft: SettingsDraft, value: string | undefined): void;
  /** Only admins of the project or the platform may change it. */
  admin?: true;
  /** How to show and audit a value that may contain secrets. */
  mask?(value: string): string;
}

/** The keys of an object that may hold `V`. */
type KeysFor<T, V> = { [K in keyof T]-?: V extends T[K] ? K : never }[keyof T];

export function sourceText(
  key: KeysFor<SourceConfig, string>,
  summary: string,
  example: string,
  verify: (name: string, value: string) => string,
): Setting {
  return {
    summary,
    example,
    get: ({ source }) => source[key],
    set: ({ source }, value) =>
      setOrRemove(source, key, value === undefined ? undefined : verify(settingName(key), value)),
  };
}

/** `build_context` is `context`, `compose_service` is `service`. */
function settingName(key: string): string {
  return key.replace(/^build_(?!command)|^compose_(?!file)/, '').replaceAll('_', '-');
}

export function sourceList(
  key: 'tags' | 'watch_paths' | 'compose_profiles',
  summary: string,
  example: string,
  read: (value: string) => string[],
): Setting {
  return {
    summary,
    example,
    get: ({ source }) => source[key] && joinList(source[key]),
    set: ({ source }, value) => setOrRemove(source, key, value === undefined ? undefined : read(value)),
  };
}

export function healthDetail(key: 'interval' | 'timeout' | 'start_period', summary: string, example: string): Setting {
  return {
    summary,
    example,
    get: ({ docker }) => docker.healthcheck?.[key],
    set: ({ docker }, value) =>
      setOrRemove(requireHealth(docker), key, value === undefined ? undefined : check.duration(key, value)),
  };
}

export function resource(
  group: 'limits' | 'reservations',
  key: 'memory' | 'cpus',
  summary: string,
  example: string,
): Setting {
  return {
    summary,
    example,
    get: ({ docker }) => docker.resources?.[group]?.[key],
    set({ docker }, value) {
      const kept: { memory?: string; cpus?: string } = { ...docker.resources?.[group] };
      setOrRemove(kept, key, value === undefined ? undefined : check[key](key, value));
      docker.resources = { ...docker.resources, [group]: kept };
    },
  };
}

export function dockerList(
  key: 'command' | 'args' | 'constraints',
  summary: string,
  example: string,
  read: (value: string) => string[],
): Setting {
  return {
    summary,
    example,
    get: ({ docker }) => docker[key] && (key === 'constraints' ? joinList(docker[key]) : JSON.stringify(docker[key])),
    set: ({ docker }, value) => setOrRemove(docker, key, value === undefined ? undefined : read(value)),
  };
}

export function setPort(docker: DockerConfig, key: 'container' | 'host', value: string | undefined): void {
  const port =
    value === undefined ? undefined : check.wholeNumber(key === 'host' ? 'host-port' : 'port', value, 1, 65_535);
  const [first, ...others] = docker.ports ?? [];
  if (key === 'container') {
    setOrRemove(docker, 'ports', port === undefined ? undefined : [{ ...first, container: port }, ...others]);
    return;
  }
  if (!first) throw new UsageError('host-port: set `port` first, the port the container listens on.');
  docker.ports = [{ container: first.container, ...(port !== undefined && { host: port }) }, ...others];
}
