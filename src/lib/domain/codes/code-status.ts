import { z } from 'zod';
import { readDeclarationNo } from '#lib/domain/text/declaration-no.ts';
import { foldName } from '#lib/domain/text/fold.ts';
import { oneLine } from '#lib/domain/text/one-line.ts';

/** How a status is read here. `other` is any word of a platform that we do not know: it is shown as it was sent. */
export const CODE_STATES = [
  'pending',
  'issued',
  'used',
  'suspended',
  'revoked',
  'expired',
  'refused',
  'other',
] as const;
export type CodeState = (typeof CODE_STATES)[number];

/** No list of statuses is published. These are the words that such platforms use, in both languages. */
const WORDS: Readonly<Record<Exclude<CodeState, 'other'>, readonly string[]>> = {
  pending: [
    'pending',
    'applied',
    'processing',
    'in review',
    '申请中',
    '审核中',
    '处理中',
    '待生成',
    '待签发',
  ],
  issued: ['issued', 'generated', 'active', 'valid', '已签发', '已生成', '已发放', '已赋码', '有效', '生效'],
  used: ['used', 'redeemed', 'consumed', '已使用', '已核销', '已用'],
  suspended: ['suspended', 'frozen', 'on hold', '已暂停', '暂停', '已冻结', '冻结'],
  revoked: [
    'revoked',
    'cancelled',
    'canceled',
    'void',
    '已撤销',
    '撤销',
    '已作废',
    '作废',
    '已注销',
    '已取消',
  ],
  expired: ['expired', 'lapsed', '已过期', '过期', '已失效', '失效'],
  refused: ['refused', 'rejected', 'denied', '已拒绝', '拒绝', '不予签发', '未通过'],
};

const STATE_OF = new Map(
  CODE_STATES.flatMap((state) =>
    state === 'other' ? [] : WORDS[state].map((word) => [foldName(word), state] as const),
  ),
);

/** The state that the word of a platform means. */
export function codeStateOf(status: string): CodeState {
  return STATE_OF.get(foldName(status)) ?? 'other';
}

const line = (length_max: number) =>
  z
    .string()
    .transform((text) => oneLine(text))
    .pipe(z.string().min(1, 'is empty').max(length_max, `is longer than ${length_max} characters`));

/**
 * A status of a Green Clearance Code. The form of codes is not published, so that a code is any text; the number
 * is that of the declaration, 18 digits as people and spreadsheets write them.
 */
export const codeStatusSchema = z.object({
  code: line(100).describe('As the platform writes it: no form of codes is published.'),
  declaration_no: z.string().transform((written, context): string => {
    const read = readDeclarationNo(written);
    if (read.ok) return read.value.declaration_no;
    context.addIssue({
      code: 'custom',
      message:
        read.problem === 'excel_damaged'
          ? 'was damaged by a spreadsheet, which keeps 15 digits; export it as text'
          : 'is no declaration number of 18 digits: office, year, 0 for export or 1 for import, serial',
    });
    return z.NEVER;
  }),
  status: line(60).describe('The word of the platform, such as issued, used, revoked, 已签发.'),
  at: z.iso
    .datetime({ offset: true, error: 'is no instant with an offset, such as 2026-08-01T09:30:00+08:00' })
    .describe('When the code came to have it.'),
  reference: line(200)
    .nullish()
    .describe('Your own name for the shipment, as in the `reference` of a decision.'),
});

/** A status that can be kept. */
export type CodeStatus = {
  code: string;
  declaration_no: string;
  status: string;
  state: CodeState;
  at: Date;
  reference: string | null;
};

export function codeStatusOf(read: z.infer<typeof codeStatusSchema>): CodeStatus {
  const { code, declaration_no, status, at, reference } = read;
  return {
    code,
    declaration_no,
    status,
    state: codeStateOf(status),
    at: new Date(at),
    reference: reference ?? null,
  };
}
