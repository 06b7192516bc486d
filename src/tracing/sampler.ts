import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { TracesConfig } from '../config-traces.ts';

const parentBased = 'parentbased_';

export function createSampler({ ratio, sampler }: Pick<TracesConfig, 'ratio' | 'sampler'>): Sampler {
  if (!sampler.startsWith(parentBased)) return rootSampler(sampler, ratio);
  return new ParentBasedSampler({ root: rootSampler(sampler.slice(parentBased.length), ratio) });
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return new AlwaysOnSampler();
}
