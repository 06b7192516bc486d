import { z } from 'zod';

const cellText = z.string().min(1);
const rawText = z.strictObject({ type: z.literal('raw_text'), text: cellText });

/**
 * https://docs.slack.dev/reference/block-kit/blocks/plan-block, task-card-block, data-table-block and
 * data-visualization-block.
 */
export function newerBlocks<T extends z.ZodType>(richText: T, blockId: { block_id: z.ZodOptional<z.ZodString> }) {
  const task = z.strictObject({
    type: z.literal('task_card'),
    task_id: z.string().min(1),
    title: z.string().min(1),
    status: z.enum(['pending', 'in_progress', 'complete', 'error']),
    details: richText.optional(),
    output: richText.optional(),
  });
  const plan = z.strictObject({
    ...blockId,
    type: z.literal('plan'),
    title: z.string().min(1),
    tasks: z
      .array(task)
      .min(1)
      .refine((all) => new Set(all.map(({ task_id: id }) => id)).size === all.length, 'task_id is not unique'),
  });
  const header = z.array(rawText).min(1).max(20);
  const cell = z.union([
    rawText,
    z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: cellText }),
    richText,
  ]);
  const dataTable = z.strictObject({
    ...blockId,
    type: z.literal('data_table'),
    caption: z.string().min(1),
    // “2 to 101 rows with the header”, every one of the same length.
    rows: z
      .array(z.array(cell).min(1).max(20))
      .min(2)
      .max(101)
      .refine(
        ([first, ...rest]) => header.safeParse(first).success && rest.every((row) => row.length === first?.length),
        'rows',
      ),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
  });
  return [plan, dataTable, dataVisualization(blockId)] as const;
}

function dataVisualization(blockId: { block_id: z.ZodOptional<z.ZodString> }) {
  const label = z.string().min(1).max(20);
  const point = z.strictObject({ label, value: z.number() });
  const series = z.strictObject({ name: label, data: z.array(point).min(1).max(20) });
  const unique = (names: string[]) => new Set(names).size === names.length;
  const xy = z
    .strictObject({
      type: z.enum(['bar', 'area', 'line']),
      series: z
        .array(series)
        .min(1)
        .max(6)
        .refine((all) => unique(all.map(({ name }) => name)), 'series are not unique'),
      axis_config: z.strictObject({
        categories: z.array(label).min(1).max(20).refine(unique, 'categories are not unique'),
        x_label: z.string().min(1).max(50).optional(),
        y_label: z.string().min(1).max(50).optional(),
      }),
    })
    .refine(
      ({ axis_config: { categories }, series: all }) =>
        all.every(({ data }) => data.map((one) => one.label).join('\n') === categories.join('\n')),
      'labels are not the categories',
    );
  return z.strictObject({
    ...blockId,
    type: z.literal('data_visualization'),
    title: z.string().min(1).max(50),
    chart: z.union([
      xy,
      z.strictObject({
        type: z.literal('pie'),
        segments: z
          .array(z.strictObject({ label, value: z.number().positive() }))
          .min(1)
          .max(6),
      }),
    ]),
  });
}

/** What no block says by itself: a plan or bare cards, and two charts. */
export function togetherProblems(blocks: unknown): string[] {
  const kinds = (Array.isArray(blocks) ? (blocks as { type: string }[]) : []).map(({ type }) => type);
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  return [
    ...(count('plan') > 1 ? ['invalid_blocks: more than one plan'] : []),
    ...(count('data_visualization') > 2 ? ['invalid_blocks: more than two charts'] : []),
  ];
}
