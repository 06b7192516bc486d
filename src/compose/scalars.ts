import { z } from 'zod';
import { goText } from './go-numbers.ts';
import { anyDuration, durationWithin } from '../units/durations.ts';
import { anySize, sizeWithin } from '../units/sizes.ts';

/** Substituted variables are text, so text is also accepted for numbers and booleans. */
export const text = z.preprocess(
  (value) => (typeof value === 'number' ? goText(value) : typeof value === 'boolean' ? String(value) : value),
  z.string().max(100_000),
);

export const whole = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
  z.int().min(0),
);

export const port = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
  z.int().min(1).max(65_535),
);

export const yesOrNo = z.preprocess((value) => {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}, z.boolean());

/** `1m30s`, `500ms`; a number alone is seconds, as Compose has it. */
export const duration = text.pipe(
  z
    .string()
    .transform((value) => (/^\d+$/.test(value) ? `${value}s` : value))
    .refine((value) => durationWithin(value, anyDuration) !== undefined, 'is not a duration such as `30s` or `1m30s`'),
);

/** `64m`, `1gb`, bytes. */
export const size = text.pipe(
  z.string().refine((value) => sizeWithin(value, anySize) !== undefined, 'is not a size such as `512M`'),
);

export const cpus = text.pipe(
  z.string().refine((value) => /^\d+(\.\d{1,9})?$/.test(value) && Number(value) > 0, 'is not a number of CPUs'),
);

/** A path in the container. */
export const containerPath = text.pipe(
  z
    .string()
    .max(1_000, 'is longer than 1000 characters')
    .regex(/^\/[^\0,:]+$/, 'is not an absolute path below `/`')
    .refine((path) => !path.split('/').includes('..'), 'may not contain `..`')
    .refine((path) => !/^\/(proc|sys|dev(?!\/shm$))(\/|$)/.test(path), 'belongs to the system')
    .transform((path) => path.replace(/\/+$/, '')),
);

/** A host name, e.g. `db.example.com`; Compose lets it have underscores. */
export const hostName = text.pipe(
  z
    .string()
    .max(253)
    .regex(/^[a-zA-Z0-9_][\w.-]*$/, 'is not a host name'),
);

/** A name as services, networks and volumes have them. */
export const name = z.string().regex(/^[a-zA-Z0-9][\w.-]{0,62}$/, 'is not a name of letters, digits, `.`, `_` and `-`');
