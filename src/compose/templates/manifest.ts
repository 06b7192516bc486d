import { z } from 'zod';
import { databaseTypes } from '../../entities/managed-database.ts';
import { UserError } from '../../errors.ts';

/** What a template consists of, in a folder of its own. */
export const templateFiles = { manifest: 'template.yaml', compose: 'compose.yaml' } as const;

/** Of a manifest, bytes: longer ones are read by nobody. */
export const maxManifestBytes = 16 * 1024;

const key = z
  .string()
  .max(255)
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'is not the name of a variable');
const sentence = z.string().max(500);

const variable = z
  .strictObject({
    name: key,
    summary: sentence,
    /** Its value unless people give another; without it, and without `generate`, they are asked. */
    default: z.string().max(1_000).optional(),
    /** Length of a secret that Shipmate makes of letters and digits, characters. */
    generate: z.int().min(16).max(256).optional(),
    /** People log in with it, so they see it once. */
    shown: z.boolean().default(false),
  })
  .refine((one) => one.default === undefined || one.generate === undefined, 'has either `default` or `generate`');

const database = z.strictObject({
  /** After the application's name: `db` becomes `shop/blog-db`. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'is not the name of a database'),
  type: z.enum(databaseTypes),
  /** Version of the engine (default: that of `db create`). */
  version: z.string().max(50).optional(),
  /** The variable with its connection string. */
  as: key,
});

const manifest = z
  .strictObject({
    title: z.string().max(60),
    summary: sentence,
    /** Service that visitors reach, at `port`. */
    service: z.string().max(63).optional(),
    port: z.int().min(1).max(65_535).optional(),
    /** The variable that gets the address that visitors use. */
    address: key.optional(),
    variables: z.array(variable).max(50).default([]),
    /** Made by Shipmate, so that they are backed up. */
    databases: z.array(database).max(5).default([]),
    /** What the volumes of the compose file hold, by name. */
    volumes: z.record(z.string().max(100), sentence).default({}),
    /** What people do once it runs. */
    after: sentence.optional(),
  })
  .refine(
    ({ port, service }) => (port === undefined) === (service === undefined),
    'needs `service` and `port`, or neither',
  );

export type TemplateManifest = z.output<typeof manifest>;
export type TemplateVariable = TemplateManifest['variables'][number];

/** A template as it is read. */
export interface Template {
  name: string;
  manifest: TemplateManifest;
  /** Text of its compose file. */
  compose: string;
}

/** @throws {UserError} with all that is wrong. */
export async function readManifest(file: string, text: string): Promise<TemplateManifest> {
  const { data, error } = manifest.safeParse(await contentOf(file, text));
  if (data) return data;
  const lines = error.issues.map(({ message, path }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new UserError(`\`${file}\` is no manifest of a template:\n${lines.slice(0, 10).join('\n')}`);
}

async function contentOf(file: string, text: string): Promise<unknown> {
  // Elsewhere only threads read YAML, so it is loaded at the first use.
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 10, logLevel: 'error' });
  } catch (error) {
    throw new UserError(`\`${file}\` cannot be read: ${error instanceof Error ? error.message.split('\n')[0] : ''}`);
  }
}
