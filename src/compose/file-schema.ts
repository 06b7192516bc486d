import { z } from 'zod';
import { name, text, yesOrNo } from './scalars.ts';
import { serviceSchema } from './service-schema.ts';

const volumeSchema = z.strictObject({ driver: z.literal('local', 'only `local` is supported').optional() }).nullable();

const networkSchema = z
  .strictObject({
    driver: z.literal('overlay', 'only `overlay` is supported; leave it out').optional(),
    external: yesOrNo.optional(),
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
    .describe('named volumes, `driver: local`; each becomes a volume of the application'),
  networks: z
    .record(name, networkSchema)
    .optional()
    .describe('overlay networks of the application; `external: true` is the project’s network'),
  secrets: z.record(name, fileSchema).optional().describe('from `environment` (an application variable) or `file`'),
  configs: z.record(name, fileSchema).optional().describe('from `file` in the repository, `content` or `environment`'),
});

export type RawFile = z.infer<typeof composeSchema>;
