// Writes slack-manifest.yaml, the tables of docs/builders.md, docs/commands.md, docs/compose.md, docs/configuration.md,
// docs/data-model.md and docs/schedules.md, the table of limits in docs/operation.md, that of scopes in docs/slack.md, and
// that of globs in docs/webhooks.md; tests fail while they are stale.
import { readFile, writeFile } from 'node:fs/promises';
import { withBuilders } from './docs/builders.ts';
import { composeDocs } from './docs/compose.ts';
import { configurationDocs } from './docs/configuration.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import { commandDocs } from './docs/commands.ts';
import { withGlobs } from './docs/globs.ts';
import { withLimits } from './docs/limits.ts';
import { commands } from '../src/handlers/commands/index.ts';
import { jobs } from '../src/jobs/index.ts';
import { scheduleDocs } from './docs/schedules.ts';
import { slackManifest, withScopes } from './docs/slack.ts';
import { readCatalog } from './data-model/catalog.ts';
import { renderDataModel } from './data-model/render.ts';
import { statements } from './data-model/statements.ts';
import { onThrowAwayDatabase } from './support/throw-away-database.ts';

const catalog = await onThrowAwayDatabase((url) => withOwner(url, readCatalog));
await writeFile(new URL('../docs/commands.md', import.meta.url), commandDocs(commands));
await writeFile(new URL('../docs/compose.md', import.meta.url), composeDocs());
await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationDocs());
await writeFile(new URL('../docs/schedules.md', import.meta.url), scheduleDocs(jobs));
await writeFile(new URL('../docs/data-model.md', import.meta.url), renderDataModel(catalog, statements));

const operation = new URL('../docs/operation.md', import.meta.url);
await writeFile(operation, withLimits(await readFile(operation, 'utf8')));

const webhooks = new URL('../docs/webhooks.md', import.meta.url);
await writeFile(webhooks, withGlobs(await readFile(webhooks, 'utf8')));

const builders = new URL('../docs/builders.md', import.meta.url);
await writeFile(builders, withBuilders(await readFile(builders, 'utf8')));

await writeFile(new URL('../slack-manifest.yaml', import.meta.url), slackManifest());
const slack = new URL('../docs/slack.md', import.meta.url);
await writeFile(slack, withScopes(await readFile(slack, 'utf8')));
