import { z } from 'zod';
import { name, text, yesOrNo } from './scalars.ts';
import { serviceSchema } from './service-schema.ts';

const volumeSchema = z
  .strictObject({
    driver: z.literal('local', 'only `local` is supported').optional(),
    driver_opts: z.record(name, text).optional(),
    external: z.literal([false, 'false'], 'is refused: a volume belongs to one application').optional(),
  })
  .refine(
    ({ driver_opts: { o, type, ...rest } = {} }) =>
      !type || /^(nfs4?|cifs|tmpfs)$/.test(type) || (o?.split(',').includes('bind') && rest['device']),
    { path: ['driver_opts', 'type'], message: 'only `nfs`, `cifs`, `tmpfs` and folders (`o: bind`) are supported' },
  )
  .nullable();

const networkSchema = z
  .strictObject({
    external: yesOrNo.or(z.strictObject({ name: text }).transform(() => true)).optional(),
    internal: yesOrNo.optional(),
  })
  .nullable();

const fileSchema = z
  .strictObject({ file: text.optional(), environment: text.optional(), content: text.optional() })
  .refine(
    ({ file, environment, content }) => [file, environment, content].filter((one) => one !== undefined).length === 1,
    { message: 'needs exactly one of `file`, `environment` and `content`' },
  );

/** The keys of a file; the descriptions become the table in docs/compose.md. */
export const composeSchema = z.strictObject({
  version: z.unknown().optional().describe('ignored, as in Compose'),
  name: z.unknown().optional().describe('ignored: the application has a name'),
  services: z.record(name, serviceSchema).describe('see below'),
  volumes: z
    .record(name, volumeSchema)
    .optional()
    .describe('named volumes, `driver: local`, `driver_opts`; each becomes a volume of the application'),
  networks: z
    .record(name, networkSchema)
    .optional()
    .describe('overlay networks of the application, `internal`; `external: true` is the project’s network'),
  secrets: z.record(name, fileSchema).optional().describe('from `environment` (an application variable) or `file`'),
  configs: z.record(name, fileSchema).optional().describe('from `file` in the repository, `content` or `environment`'),
});

export type RawFile = z.infer<typeof composeSchema>;
