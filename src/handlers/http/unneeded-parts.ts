import { createRequire } from 'node:module';
import { loadOnUse } from '../../load-on-use.ts';

// Imported before Express and prom-client: a parser of forms, which comes with the first form, and an interface for
// traces, which Shipmate does not write. A hundred modules.
const ofHere = createRequire(import.meta.url);
const ofExpress = createRequire(ofHere.resolve('express'));

loadOnUse(ofExpress, 'qs');
loadOnUse(createRequire(ofExpress.resolve('body-parser')), 'qs');
loadOnUse(createRequire(ofHere.resolve('prom-client')), '@opentelemetry/api');
