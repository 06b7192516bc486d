import { describe, expect, it } from '@jest/globals';
import { parseCompose } from '../../../src/compose/parse.ts';
import { builtInNames, readBuiltIn, readBuiltIns } from '../../../src/compose/templates/built-in.ts';
import type { Template } from '../../../src/compose/templates/manifest.ts';
import { databaseEngines } from '../../../src/database-engines/registry.ts';
import { urlParts } from '../../../src/usecases/applications/url-parts.ts';
import { templateValues } from '../../../src/usecases/templates/template-values.ts';

const names = await builtInNames();

/** The stack as a deployment reads it, with what `app create` sets. */
function stackOf({ compose, manifest }: Template) {
  const asked = manifest.variables.filter((one) => one.default === undefined && one.generate === undefined);
  const { plain, secret } = templateValues(
    manifest,
    asked.map(({ name }) => [name, 'somebody@example.com']),
  );
  const urls = manifest.databases.map(({ as, type }) => {
    const account = { user: 'somebody', password: 'hidden', database: 'things' };
    return [as, databaseEngines[type].connectionUrl(account, 'host-of-it')] as const;
  });
  const secrets = { ...secret, ...Object.fromEntries(urls) };
  const address = manifest.address === undefined ? {} : { [manifest.address]: 'https://site.example.com' };
  const variables = { ...urlParts(secrets), ...plain, ...address, ...secrets };
  return parseCompose({ file: 'compose.yaml', text: compose, variables, profiles: [] });
}

describe('templates that come with Shipmate', () => {
  it('are those that most teams ask for', () => {
    expect(names).toEqual([
      'ghost',
      'gitea',
      'minio',
      'n8n',
      'plausible',
      'postgres-pgadmin',
      'redis',
      'umami',
      'uptime-kuma',
      'wordpress',
    ]);
  });

  it.each(names)(
    '%s is deployed by the compose reader without a doubt, and needs nothing of an admin',
    async (name) => {
      const { manifest, ...template } = await readBuiltIn(name);
      const stack = stackOf({ ...template, manifest });
      expect({ warnings: stack.warnings, needs: stack.needs }).toEqual({ warnings: [], needs: [] });
      const images = stack.services.map(({ image }) => image);
      for (const image of images) expect(image).toMatch(/^[\w./-]+:(?!latest$)[\w.-]*\d[\w.-]*$/);
      for (const { hostPorts, published } of stack.services) expect([...hostPorts, ...published]).toEqual([]);
      expect(stack.services.map((one) => one.name)).toContain(manifest.service);
      const volumes = stack.services.flatMap((one) => one.volumes.map(({ volume }) => volume));
      expect([...new Set(volumes)].sort()).toEqual(Object.keys(manifest.volumes).sort());
    },
  );

  it('keep no data in a database that is not backed up', async () => {
    const images = (await readBuiltIns()).flatMap((one) => stackOf(one).services.map(({ image = '' }) => image));
    expect(images.filter((image) => /^(?:postgres|mysql|mariadb|mongo|redis|valkey):/.test(image))).toEqual([]);
  });

  it('hand each part of a connection string to images that take no address', async () => {
    const [service] = stackOf(await readBuiltIn('wordpress')).services;
    expect(service?.environment).toEqual({
      WORDPRESS_DB_HOST: 'host-of-it:3306',
      WORDPRESS_DB_NAME: 'things',
      WORDPRESS_DB_USER: 'somebody',
      WORDPRESS_DB_PASSWORD: 'hidden',
    });
  });

  it('are suggested when their name is mistyped', async () => {
    await expect(readBuiltIn('umammi')).rejects.toThrow('There is no template `umammi`. Did you mean `umami`?');
    await expect(readBuiltIn('../library/umami')).rejects.toThrow('`template list` lists them.');
  });
});
