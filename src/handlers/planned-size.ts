import { readSize, type SizeLimits } from '../units/sizes.ts';
import { named, type Option, text } from './options.ts';

const gb = 1024 ** 3;
const sizes: SizeLimits = { least: '1B', most: '1000000G', bare: 'GiB', examples: ['20G', '1.5T', '20'] };

/** `--size` of a volume in whole GB, rounded up; a bare number is GB. */
export function plannedSize(): Option<number> {
  const option = named(text('Size to plan with, e.g. `20G`; a number alone is GB (default 1)'));
  return { ...option, parse: (raw) => Math.ceil(readSize(raw, sizes) / gb) };
}
