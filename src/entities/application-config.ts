import type { GitProvider } from './git-provider.ts';
import type { ImageRegistry } from './image-registry.ts';

/** How to build an image from a checkout. Each builder reads its own keys. */
export interface BuildSettings {
  /** Name of the builder (default: the first that fits the checkout). */
  builder?: string;
  /** Build context inside the repository (default `.`). */
  build_context?: string;
  /** Dockerfile, relative to the build context (default `Dockerfile`). */
  dockerfile?: string;
  build_args?: Record<string, string>;
  /** The Dockerfile's text instead of a file, as compose files may have it. */
  dockerfile_inline?: string;
  /**
   * Named contexts of a compose file's build: folders of the repository, and what BuildKit knows by a scheme, e.g.
   * `docker-image://node:24`.
   */
  contexts?: Record<string, string>;
  /** Stage of a multi-stage Dockerfile to build. */
  target?: string;
  /** Line of a shell in place of the builder's own build; not for a Dockerfile of the repository. */
  build_command?: string;
  /** Folder of pages that the build leaves, or that is there; not for a Dockerfile of the repository. */
  output?: string;
  /** Line of a shell that starts the container, in place of the builder's own; not for a Dockerfile of the repository. */
  start_command?: string;
}

/** What a preview's own application is a preview of. */
export interface PreviewOrigin {
  /** Name of the application that it is a preview of. */
  of: string;
  /** The request's, at the git host. */
  number: number;
  /** It is cloned from a fork, without credentials (default: from the application's repository). */
  fork?: true;
  /** Its commits come from a fork or an outsider: it gets no secrets, and a network of its own. */
  outside: boolean;
}

/** Where an application's image comes from (`applications.source_config`). Keys as in the data model's sample. */
export interface SourceConfig extends BuildSettings {
  /** Repository path at the git host, e.g. `mycompany/api-service`. */
  repository?: string;
  /** Git host of a compose application, whose `source_type` is `docker_compose`; unset for a plain git server. */
  provider?: GitProvider;
  /** Where to clone from: https, ssh or a local path. Never holds credentials. */
  clone_url?: string;
  /** The tracked branch. */
  branch?: string;
  /** Globs of tags that deploy when pushed, e.g. `v*` (default none; of an image its own tag). */
  tags?: string[];
  /** How often the branch is polled, in the Docker CLI's duration format (default: never). */
  poll?: string;
  /** Globs of paths; a push deploys only when it changes one of them (default: any path). */
  watch_paths?: string[];
  /** Whose shared variables come before those of the whole project (default: only the project's). */
  environment?: string;
  /** Deployments wait until another person approves them (default false). */
  protected?: boolean;
  /** `required`: a deployment waits until all checks of its commit have succeeded (default: it does not wait). */
  checks?: 'required';
  /** Longest wait for checks, in the Docker CLI's duration format (default `30m`). */
  checks_timeout?: string;
  /** Runs once in the new image before it is rolled out: a line of a shell, or a JSON list without one (default none). */
  release?: string;
  /** Longest time that it may take, in the Docker CLI's duration format (default `10m`). */
  release_timeout?: string;
  /** Rollbacks run it too (default false). */
  release_on_rollback?: boolean;
  /** Compose file of a `compose` application, inside the repository (default `compose.yaml`). */
  compose_file?: string;
  /** Files whose values come over those of `compose_file`, in their order (default none). */
  compose_overrides?: string[];
  /** The built-in template of a `compose` application without a repository, with the text of its compose file. */
  template?: { name: string; text: string };
  /** Service of the file that the ingress routes to (default none). */
  compose_service?: string;
  /** Active profiles, in addition to the services without one. */
  compose_profiles?: string[];
  /** Ports that its services may publish on every node (default none). */
  compose_host_ports?: number[];
  /** What its services may have beyond a container, e.g. `cap:NET_ADMIN`, `sysctl:net.core.somaxconn`, `path:/srv/media`. */
  compose_grants?: string[];
  /** Pull and merge requests get a deployment of their own (default false). */
  previews?: boolean;
  /** Most previews at once (default 5). */
  previews_max?: number;
  /** A preview that nobody touches for so long is removed, in the Docker CLI's duration format (default `7d`). */
  previews_ttl?: string;
  /** Whose requests run without approval: those of members, or of any branch of the repository (default `members`). */
  previews_from?: 'branches';
  /** The application's variables that previews by members get, too (default none). */
  previews_env?: string[];
  /** What the throw-away databases of previews begin with (default: previews get none). */
  previews_database?: 'empty' | 'backup';
  /** Set for the application of a preview only. */
  preview?: PreviewOrigin;
  /** Image reference of a `docker` application, e.g. `nginx:1.27`. */
  image?: string;
  /** The registry whose webhook tells of pushed images (default none). */
  image_registry?: ImageRegistry;
}

/** How the image runs on Swarm (`applications.docker_config`). Keys as in the data model's sample. */
export interface DockerConfig {
  /** `container` is the port the ingress routes to; `host` publishes it on every node in host mode. */
  ports?: { container: number; host?: number; protocol?: 'udp' }[];
  /** `off`: a new version counts although nothing takes connections on its port (default: it has to). */
  port_check?: 'off';
  healthcheck?: {
    /** `["HTTP", "/healthz"]` asks for a path at the first port. Otherwise as in the Engine API, e.g. `["CMD", "curl", "-f", "http://localhost:8080/health"]`. */
    test: string[];
    /** Durations in the Docker CLI's format: `30s`, `500ms`, `1m30s`. */
    interval?: string;
    timeout?: string;
    start_period?: string;
    start_interval?: string;
    retries?: number;
  };
  resources?: {
    limits?: { memory?: string; cpus?: string };
    reservations?: { memory?: string; cpus?: string };
  };
  command?: string[];
  args?: string[];
  /** Placement constraints, e.g. `node.labels.disk==ssd`. */
  constraints?: string[];
  /** How long Swarm waits after SIGTERM (default `10s`). */
  stop_grace_period?: string;
  /** Number of tasks of a stack's scaled services, by name in the compose file. */
  service_replicas?: Record<string, number>;
  /**
   * `env` (default) passes secret variables in the environment; `files` mounts Swarm secrets at `/run/secrets/<KEY>`.
   */
  secrets?: 'env' | 'files';
}
