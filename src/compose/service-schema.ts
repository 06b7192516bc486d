import { z } from 'zod';
import { deploySchema, healthcheckSchema, labels } from './deploy-schema.ts';
import { containerPath, cpus, duration, name, port, size, text, whole, yesOrNo } from './scalars.ts';
import {
  command,
  expandPort,
  expandTmpfs,
  expandVolume,
  mapOrList,
  namesOr,
  oneOrMany,
  shortOr,
} from './short-forms.ts';

const variables = mapOrList(
  z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/, 'is not a variable name'), text.nullable()),
);

const buildSchema = shortOr(
  (context) => ({ context }),
  z.strictObject({
    context: text.optional(),
    dockerfile: text.optional(),
    args: variables.optional(),
    target: text.optional(),
  }),
);

const portSchema = shortOr(
  expandPort,
  z
    .strictObject({
      target: port,
      published: port.optional(),
      protocol: z.literal('tcp', 'only tcp is supported').optional(),
      mode: z.enum(['host', 'ingress']).optional(),
      name: text.optional(),
      app_protocol: text.optional(),
    })
    .refine(({ mode, published }) => published === undefined || mode === 'host', {
      message: 'would publish a host port: add `mode: host`, or drop `published` and use the ingress',
    }),
);

const mountSchema = z
  .strictObject({
    type: z.string().optional(),
    source: text.optional(),
    target: containerPath,
    read_only: yesOrNo.optional(),
    volume: z.strictObject({ nocopy: yesOrNo.optional() }).optional(),
    tmpfs: z.strictObject({ size: size.optional() }).optional(),
  })
  .superRefine(({ type = 'volume', source }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (type === 'bind' && /docker[.]sock$/.test(source ?? '')) {
      return refuse('the Docker socket is not mounted: it gives control over every application on the host');
    }
    if (type === 'bind') {
      return refuse(
        `\`${source ?? ''}\` is a folder on the host, which is not mounted. Use a named volume for data, ` +
          '`configs` for files of the repository',
      );
    }
    if (type !== 'volume' && type !== 'tmpfs') return refuse(`mounts of type \`${type}\` are not supported`);
    if (type === 'volume' && !source)
      refuse('a volume without a name would lose its data at every deployment. Name it');
  });

const fileReference = shortOr((source) => ({ source }), z.strictObject({ source: text, target: text.optional() }));

const conditions = {
  service_started: false,
  service_healthy: true,
} as const;

const dependencySchema = z
  .strictObject({
    condition: z
      .enum(Object.keys(conditions) as (keyof typeof conditions)[], 'must be `service_started` or `service_healthy`')
      .optional(),
    required: yesOrNo.optional(),
    restart: z.literal(false, 'only `false` is supported').optional(),
  })
  .nullable();

/** The keys of a service; the descriptions become the table in docs/compose.md. */
export const serviceSchema = z.strictObject({
  image: text.optional().describe('pulled at every deployment; ignored if there is a `build`'),
  build: buildSchema.optional().describe('`context` in the repository, `dockerfile`, `args`, `target`'),
  command: command.optional().describe('a list, or a line that is split as in a shell'),
  entrypoint: command.optional().describe('the same'),
  environment: variables
    .optional()
    .describe('map or list; a key without a value gets the value of the application’s variable'),
  env_file: oneOrMany(shortOr((path) => ({ path }), z.strictObject({ path: text, required: yesOrNo.optional() })))
    .optional()
    .describe('files in the repository; `path` and `required`'),
  ports: z
    .array(portSchema)
    .optional()
    .describe(
      '`"80"` is documentation only; a port is published on the nodes only with `target`, `published` and `mode: host`, once an admin has set `host-ports`',
    ),
  expose: z.array(text).optional().describe('documentation only'),
  volumes: z
    .array(shortOr(expandVolume, mountSchema))
    .optional()
    .describe('named volumes (`data:/path[:ro]`) and `tmpfs`; no host folders'),
  tmpfs: oneOrMany(shortOr(expandTmpfs, mountSchema)).optional().describe('`/path` or `/path:size=64m`'),
  networks: namesOr(z.record(name, z.strictObject({ aliases: z.array(name).optional() }).nullable()))
    .optional()
    .describe('names, or a map with `aliases`'),
  depends_on: namesOr(z.record(name, dependencySchema))
    .optional()
    .describe('with `condition: service_started` or `service_healthy`, and `required`'),
  healthcheck: healthcheckSchema
    .optional()
    .describe('`test`, `interval`, `timeout`, `start_period`, `retries`, `disable`'),
  deploy: deploySchema.optional().describe('see below'),
  restart: text
    .pipe(
      z
        .string()
        .regex(
          /^(always|unless-stopped|on-failure(:\d+)?)$/,
          'must be `always`, `unless-stopped` or `on-failure`: services are kept running',
        ),
    )
    .optional()
    .describe('`always`, `unless-stopped`, `on-failure[:n]`'),
  secrets: z.array(fileReference).optional().describe('names, or `source` and `target`'),
  configs: z.array(fileReference).optional().describe('names, or `source` and `target`'),
  labels: labels.optional().describe('labels of the containers'),
  profiles: z.array(name).optional().describe('deployed only if `app set … profiles=` names one of them'),
  scale: whole.optional().describe('older form of `deploy.replicas`'),
  mem_limit: size.optional().describe('older form of `deploy.resources.limits.memory`'),
  mem_reservation: size.optional().describe('older form of `deploy.resources.reservations.memory`'),
  cpus: cpus.optional().describe('older form of `deploy.resources.limits.cpus`'),
  pids_limit: whole.optional().describe('older form of `deploy.resources.limits.pids`'),
  user: text.optional().describe('user to run as'),
  group_add: z.array(text).optional().describe('additional groups of that user'),
  working_dir: containerPath.optional().describe('directory to start the command in'),
  hostname: name.optional().describe('host name inside the container'),
  extra_hosts: mapOrList(z.record(name, text), ':').optional().describe('additional lines for /etc/hosts'),
  init: yesOrNo.optional().describe('run an init process as PID 1'),
  read_only: yesOrNo.optional().describe('read-only root file system'),
  stop_signal: text.optional().describe('signal to send instead of SIGTERM'),
  stop_grace_period: duration.optional().describe('time between that signal and SIGKILL'),
  tty: yesOrNo.optional().describe('allocate a terminal'),
  stdin_open: yesOrNo.optional().describe('keep standard input open'),
  cap_drop: z.array(text).optional().describe('kernel capabilities to drop'),
});

export type RawService = z.infer<typeof serviceSchema>;
