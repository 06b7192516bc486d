import { z } from 'zod';
import { deploySchema, healthcheckSchema, labels } from './deploy-schema.ts';
import { isRemoteSource } from './remote-source.ts';
import { containerPath, cpus, duration, hostName, name, port, size, text, whole, yesOrNo } from './scalars.ts';
import { command, manyOf, mapOrList, namesOr, oneOrMany, shortOr } from './short-forms.ts';
import { expandTmpfs, expandVolume } from './short-mounts.ts';
import { expandPort } from './short-ports.ts';

const variables = mapOrList(
  z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/, 'is not a variable name'), text.nullable()),
);

const fileReference = shortOr(
  (source) => ({ source }),
  z.strictObject({
    source: text,
    target: text.optional(),
    uid: text.optional(),
    gid: text.optional(),
    mode: whole.optional(),
  }),
);

/** More than this are a mistake; each is a walk of its own. */
const maxContexts = 20;

/** What a build's further contexts may be, besides folders. @see https://docs.docker.com/build/building/context/ */
const contextSource = text.refine(
  (source) => !isRemoteSource(source) || /^(docker-image|https?|service):/.test(source),
  'must be a folder, `docker-image://…`, `https://…` or `service:…`',
);

const contextsSchema = mapOrList(
  z
    .record(z.string().regex(/^[A-Za-z0-9][\w./:@-]*$/, 'is not a name for a context'), contextSource)
    .refine((contexts) => Object.keys(contexts).length <= maxContexts, `has more than ${maxContexts} contexts`),
);

const buildSchema = shortOr(
  (context) => ({ context }),
  z.strictObject({
    context: text.optional(),
    dockerfile: text.optional(),
    dockerfile_inline: text.optional(),
    secrets: z.array(fileReference).optional(),
    additional_contexts: contextsSchema.optional(),
    args: variables.optional(),
    target: text.optional(),
  }),
).refine(
  ({ dockerfile, dockerfile_inline: inline }) => dockerfile === undefined || inline === undefined,
  'needs one of `dockerfile` and `dockerfile_inline`',
);

const portSchema = z.strictObject({
  target: port,
  published: port.optional(),
  host_ip: text.optional(),
  protocol: z.enum(['tcp', 'udp'], 'only tcp and udp are supported').optional(),
  mode: z.enum(['host', 'ingress']).optional(),
  name: text.optional(),
  app_protocol: text.optional(),
});

const mountSchema = z
  .strictObject({
    type: z.string().optional(),
    source: text.optional(),
    target: containerPath,
    read_only: yesOrNo.optional(),
    consistency: text.optional(),
    bind: z
      .strictObject({ propagation: text, create_host_path: yesOrNo, selinux: text, recursive: text })
      .partial()
      .optional(),
    volume: z.strictObject({ nocopy: yesOrNo.optional() }).optional(),
    tmpfs: z.strictObject({ size: size.optional(), mode: whole.optional() }).optional(),
  })
  .superRefine(({ type = 'volume', source }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (!['volume', 'tmpfs', 'bind'].includes(type)) return refuse(`mounts of type \`${type}\` are not supported`);
    if (type === 'bind' && !source) return refuse('a mount of type `bind` needs a `source`');
    if (type === 'bind' && /^~|\\/.test(source ?? '')) {
      refuse(
        `\`${source}\` is in the home of whoever runs Compose. Write a path of the repository, or an absolute one`,
      );
    }
  });

const ulimit = whole.or(z.literal(-1)).or(z.literal('-1').transform(() => -1 as const));

const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

const dependencySchema = z
  .strictObject({
    condition: z
      .enum(conditions, 'must be `service_started`, `service_healthy` or `service_completed_successfully`')
      .optional(),
    required: yesOrNo.optional(),
    restart: yesOrNo.optional(),
  })
  .nullable();

/** The keys of a service; the descriptions become the table in docs/compose.md. */
export const serviceSchema = z.strictObject({
  image: text.optional().describe('pulled at every deployment; ignored if there is a `build`'),
  build: buildSchema
    .optional()
    .describe(
      '`context` in the repository, `dockerfile` or `dockerfile_inline`, `args`, `target`, `secrets`, `additional_contexts`',
    ),
  command: command.optional().describe('a list, or a line that is split as in a shell'),
  entrypoint: command.optional().describe('the same'),
  environment: variables
    .optional()
    .describe('map or list; a key without a value gets the value of the application’s variable'),
  env_file: oneOrMany(
    shortOr(
      (path) => ({ path }),
      z.strictObject({
        path: text,
        required: yesOrNo.optional(),
        format: z.literal('raw', 'only `raw` is supported').optional(),
      }),
    ),
  )
    .optional()
    .describe('files in the repository; `path`, `required`, `format: raw`; see “Variables”'),
  ports: manyOf(expandPort, portSchema).optional().describe('the port for visitors goes to the ingress; see “Ports”'),
  expose: z.array(text).optional().describe('documentation only'),
  volumes: z
    .array(shortOr(expandVolume, mountSchema))
    .optional()
    .describe('named volumes (`data:/path[:ro]`), files and folders of the repository, `tmpfs`; see “Volumes”'),
  tmpfs: oneOrMany(shortOr(expandTmpfs, mountSchema)).optional().describe('`/path` or `/path:size=64m`'),
  networks: namesOr(z.record(name, z.strictObject({ aliases: z.array(name).optional() }).nullable()))
    .optional()
    .describe('names, or a map with `aliases`'),
  depends_on: namesOr(z.record(name, dependencySchema))
    .optional()
    .describe(
      'with `condition` (`service_started`, `service_healthy`, `service_completed_successfully`) and `required`',
    ),
  healthcheck: healthcheckSchema
    .optional()
    .describe('`test`, `interval`, `timeout`, `start_period`, `start_interval`, `retries`, `disable`'),
  deploy: deploySchema.optional().describe('see below'),
  restart: text
    .pipe(
      z
        .string()
        .regex(
          /^(no|false|always|unless-stopped|on-failure(:\d+)?)$/,
          'must be `no`, `always`, `unless-stopped` or `on-failure`',
        ),
    )
    .optional()
    .describe('`always`, `unless-stopped`, `on-failure[:n]`; `no` makes a one-off task, see “Tasks that end”'),
  secrets: z.array(fileReference).optional().describe('names, or `source`, `target`, `uid`, `gid`, `mode`'),
  configs: z.array(fileReference).optional().describe('the same'),
  labels: labels.optional().describe('labels of the containers'),
  label_file: oneOrMany(text)
    .optional()
    .describe('files in the repository with further labels, written as an `env_file` without variables'),
  profiles: z.array(name).optional().describe('deployed only if `app set … profiles=` names one of them'),
  scale: whole.optional().describe('older form of `deploy.replicas`'),
  mem_limit: size.optional().describe('older form of `deploy.resources.limits.memory`'),
  mem_reservation: size.optional().describe('older form of `deploy.resources.reservations.memory`'),
  cpus: cpus.optional().describe('older form of `deploy.resources.limits.cpus`'),
  pids_limit: whole.optional().describe('older form of `deploy.resources.limits.pids`'),
  user: text.optional().describe('user to run as'),
  group_add: z.array(text).optional().describe('additional groups of that user'),
  working_dir: containerPath.optional().describe('directory to start the command in'),
  hostname: hostName.optional().describe('host name inside the container'),
  extra_hosts: mapOrList(z.record(hostName, text.or(z.array(text))), [':', '='])
    .optional()
    .describe('additional lines for /etc/hosts'),
  init: yesOrNo.optional().describe('run an init process as PID 1'),
  read_only: yesOrNo.optional().describe('read-only root file system'),
  stop_signal: text.optional().describe('signal to send instead of SIGTERM'),
  stop_grace_period: duration.optional().describe('time between that signal and SIGKILL'),
  tty: yesOrNo.optional().describe('allocate a terminal'),
  stdin_open: yesOrNo.optional().describe('keep standard input open'),
  container_name: hostName.optional().describe('a further name on the networks'),
  links: z
    .array(text)
    .optional()
    .describe('as `depends_on`; an alias becomes a further name of the other service on the networks'),
  dns: oneOrMany(text).optional().describe('name servers'),
  dns_search: oneOrMany(text).optional().describe('domains to search'),
  dns_opt: z.array(text).optional().describe('options of the resolver'),
  shm_size: size.optional().describe('size of /dev/shm'),
  ulimits: z
    .record(name, ulimit.or(z.strictObject({ soft: ulimit, hard: ulimit })))
    .optional()
    .describe('limits of the processes'),
  sysctls: mapOrList(z.record(name, text))
    .optional()
    .describe('kernel parameters; an admin allows each with `grants=sysctl:<name>`'),
  cap_add: z
    .array(text)
    .optional()
    .describe('kernel capabilities to add; an admin allows each with `grants=cap:<name>`'),
  cap_drop: z.array(text).optional().describe('kernel capabilities to drop'),
});

export type RawService = z.infer<typeof serviceSchema>;
