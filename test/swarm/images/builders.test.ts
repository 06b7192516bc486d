import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Builder } from '../../../src/swarm/images/builder.ts';
import { builderNamed, builders, chooseBuilder } from '../../../src/swarm/images/builders.ts';
import { dockerfileBuilder } from '../../../src/swarm/images/dockerfile-builder.ts';
import { anyOf } from '../../../src/word-lists.ts';
import { folder } from '../../support/swarm-fixture.ts';

const platform = 'linux/amd64';

const pages: Builder = {
  ...dockerfileBuilder,
  name: 'pages',
  detects: async () => 'it has an `index.html`',
};

describe('the builders', () => {
  it('have names of their own, by which they are found', () => {
    expect(builders.map(({ name }) => builderNamed(name))).toEqual(builders);
    expect(builderNamed('dockerfile')).toBe(dockerfileBuilder);
    expect(() => builderNamed('cobol')).toThrow('There is no builder cobol');
  });

  it('are the only ones that know Dockerfiles, but for the settings and advice', () => {
    const others = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.startsWith('src/swarm/images/') && !file.startsWith('src/compose/'))
      .filter((file) => /dockerfile/i.test(readFileSync(file, 'utf8')))
      .sort();
    expect(others).toEqual([
      'src/causes/rules.ts',
      'src/entities/application-config.ts',
      'src/handlers/commands/app-create.ts',
      'src/handlers/commands/app-dockerfile.ts',
      'src/handlers/commands/index.ts',
      'src/usecases/applications/application-settings.ts',
      'src/usecases/deployments/show-dockerfile.ts',
      'src/usecases/deployments/steps/build-image.ts',
    ]);
  });
});

describe('the choice of a builder', () => {
  it('falls on the first that fits, and says why', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n' });
    expect(await chooseBuilder({ folder: context.path, settings: {}, platform }, [dockerfileBuilder, pages])).toEqual({
      builder: dockerfileBuilder,
      reason: 'the build context has `Dockerfile`',
    });
  });

  it('passes over one that does not fit', async () => {
    await using context = await folder({ 'index.html': '' });
    expect(await chooseBuilder({ folder: context.path, settings: {}, platform }, [dockerfileBuilder, pages])).toEqual({
      builder: pages,
      reason: 'it has an `index.html`',
    });
  });

  it('falls on the first where none fits, as its error says what is missing', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n' });
    await context.link('linked', '/etc/passwd');
    for (const dockerfile of ['other', '../Dockerfile', '/etc/passwd', 'linked']) {
      expect(await chooseBuilder({ folder: context.path, settings: { dockerfile }, platform })).toEqual({
        builder: dockerfileBuilder,
        reason: 'no builder recognises the build context',
      });
    }
  });
});

describe('a checkout', () => {
  it('that no builder recognises is told what was looked for', async () => {
    await using context = await folder({ 'README.md': '' });
    await expect(chooseBuilder({ folder: context.path, settings: {}, platform })).rejects.toThrow(
      `No builder recognises the build context: there is no ${anyOf(builders.flatMap(({ looksFor }) => looksFor))}. ` +
        'Add one of them, or set the folder that has it: `app set <app> context=…`.',
    );
  });

  it('is built as its settings say', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', 'index.html': '' });
    expect(await chooseBuilder({ folder: context.path, settings: { builder: 'static' }, platform })).toEqual({
      builder: builderNamed('static'),
      reason: '`builder=static` is set',
    });
  });

  it('with a Dockerfile needs no other builder', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', 'package.json': '{' });
    expect((await chooseBuilder({ folder: context.path, settings: {}, platform })).builder).toBe(dockerfileBuilder);
  });
});

describe('two builds with Dockerfiles', () => {
  const { identity } = dockerfileBuilder;

  it('make the same image when they say the same in other words', () => {
    const spelt = { build_context: '.', dockerfile: 'Dockerfile', build_args: {} };
    expect(identity({})).toEqual(identity(spelt));
    expect(identity({ build_args: { A: '1', B: '2' } })).toEqual(identity({ build_args: { B: '2', A: '1' } }));
  });

  it.each([
    { build_context: 'web' },
    { dockerfile: 'web.Dockerfile' },
    { build_args: { A: '1' } },
    { target: 'production' },
  ])('make another image with %p', (settings) => {
    expect(identity(settings)).not.toEqual(identity({}));
  });
});
